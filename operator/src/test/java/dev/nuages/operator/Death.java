package dev.nuages.operator;

import dev.nuages.core.PostgresAddress;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The death of a process between two writes: after so many it asks, writes and commands nothing any more. */
final class Death implements Interceptor {
    private final int writes;
    private final boolean silent;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile @Nullable String of;

    /**
     * Of those who write, Events aside: one is said before what it tells is written, and by the next process once more, under
     * the same name.
     *
     * @param writes how many writes it does, of objects and statuses
     * @param silent whether it says no Event either once it has done them
     */
    Death(int writes, boolean silent) {
        this.writes = writes;
        this.silent = silent;
    }

    boolean hasCome() {
        return of != null;
    }

    /** The write that was not done any more, if it has come. */
    Optional<String> of() {
        return Optional.ofNullable(of);
    }

    int writesDone() {
        return Math.min(begun.get(), writes);
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (!request.method().equals("GET") && isOneTooMany(request) && of == null) {
            of = request.method() + " " + request.uri().getPath();
        }
        if (of != null) {
            throw new IllegalStateException("the process is dead");
        }
    }

    private boolean isOneTooMany(HttpRequest request) {
        return request.uri().getPath().endsWith("/events")
                ? silent && begun.get() >= writes
                : begun.incrementAndGet() > writes;
    }

    /** No way to any server either. */
    UnaryOperator<PostgresAddress> route(UnaryOperator<PostgresAddress> living) {
        return address -> of != null
                ? new PostgresAddress("127.0.0.1", 1, address.namespace(), address.adminSecret())
                : living.apply(address);
    }
}
