package dev.nuages.operator;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets something happen while a write is in flight: before the API server has it, or before its writer has the answer. */
final class Meanwhile implements Interceptor {
    /** Where a write is on its way. */
    enum Moment {
        ON_ITS_WAY,
        ANSWERED
    }

    private record Armed(Moment moment, Predicate<HttpRequest> during, Runnable happening) {}

    private final AtomicReference<@Nullable Armed> armed = new AtomicReference<>();

    /** The next time that such a write is at that moment, and only then. */
    void once(Moment moment, Predicate<HttpRequest> during, Runnable happening) {
        armed.set(new Armed(moment, during, happening));
    }

    boolean hasHappened() {
        return armed.get() == null;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        happen(Moment.ON_ITS_WAY, request);
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        happen(Moment.ANSWERED, request);
    }

    private void happen(Moment moment, HttpRequest request) {
        var now = armed.get();
        if (now != null && now.moment() == moment && now.during().test(request) && armed.compareAndSet(now, null)) {
            now.happening().run();
        }
    }
}
