package dev.nuages.operator;

import dev.nuages.core.PostgresAddress;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** The death of a process between two writes: after so many it asks, writes and commands nothing any more. */
final class Death implements Interceptor {
    private final int writes;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean dead;

    /**
     * @param writes how many writes it does, of objects, statuses and Events
     */
    Death(int writes) {
        this.writes = writes;
    }

    boolean hasCome() {
        return dead;
    }

    int writesBegun() {
        return begun.get();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (!request.method().equals("GET") && begun.incrementAndGet() > writes) {
            dead = true;
        }
        if (dead) {
            throw new IllegalStateException("the process is dead");
        }
    }

    /** No way to any server either. */
    UnaryOperator<PostgresAddress> route(UnaryOperator<PostgresAddress> living) {
        return address -> dead
                ? new PostgresAddress("127.0.0.1", 1, address.namespace(), address.adminSecret())
                : living.apply(address);
    }
}
