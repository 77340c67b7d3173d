package dev.nuages.e2e;

import java.time.Duration;

/** How often something happened, and when first and last, since a load began. */
record Occurrences(int count, Duration first, Duration last) {
    Occurrences and(Occurrences more) {
        return new Occurrences(count + more.count, first, more.last);
    }

    @Override
    public String toString() {
        return count + " times, from " + first.toMillis() + " ms to " + last.toMillis() + " ms";
    }
}
