package dev.nuages.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The machine's processors, which some tests use up, and one needs for what it watches. JUnit's own locks go with a test;
 * this one is asked for while what is to be watched is still installed, so that nobody begins something long by then.
 */
final class Processors implements BeforeEachCallback, AfterEachCallback {
    private static final int ALL = 1000;
    private static final Semaphore PARTS = new Semaphore(ALL, true);

    /** A test that uses them up, beside others: it does not begin while one has them alone, or has asked for that. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith(Processors.class)
    @interface Shared {}

    /** Who needs them for himself, once. */
    static final class Alone implements AutoCloseable {
        private final CompletableFuture<Void> had = new CompletableFuture<>();
        private final AtomicBoolean given = new AtomicBoolean();

        /** From now on nobody else begins. */
        void ask() {
            var _ = Thread.startVirtualThread(() -> {
                PARTS.acquireUninterruptibly(ALL);
                had.complete(null);
            });
        }

        /** Waits until those have ended who had begun when they were asked for. */
        void await() {
            had.join();
        }

        /** They are the others' again, also of who never got them. */
        @Override
        public void close() {
            if (!given.getAndSet(true)) {
                var _ = had.thenRun(() -> PARTS.release(ALL));
            }
        }
    }

    @Override
    public void beforeEach(ExtensionContext test) throws InterruptedException {
        PARTS.acquire();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        PARTS.release();
    }
}
