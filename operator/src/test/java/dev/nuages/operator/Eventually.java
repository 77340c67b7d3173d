package dev.nuages.operator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, and says which one it was that did not come. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private Eventually() {}

    static void holds(String what, BooleanSupplier condition) {
        holds(what, condition, () -> "");
    }

    /**
     * @param insight what to show of the world when the condition does not come
     */
    static void holds(String what, BooleanSupplier condition, Supplier<String> insight) {
        find(what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), insight);
    }

    static <T> T find(String what, Supplier<Optional<T>> look, Supplier<String> insight) {
        var deadline = Instant.now().plus(PATIENCE);
        while (true) {
            var begun = System.nanoTime();
            var found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what + "\n" + insight.get());
            }
            // One who looks at much must leave time to those he waits for.
            LockSupport.parkNanos(Math.max(BETWEEN_LOOKS.toNanos(), 3 * (System.nanoTime() - begun)));
        }
    }
}
