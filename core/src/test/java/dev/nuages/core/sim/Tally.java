package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What several searches came to together. A state that two of them reached counts once. */
final class Tally {
    private final String name;
    private final long begun = System.nanoTime();
    private final Set<State> states = ConcurrentHashMap.newKeySet();
    private final AtomicLong transitions = new AtomicLong();
    private final AtomicInteger searches = new AtomicInteger();

    Tally(String name) {
        this.name = name;
    }

    /** Searches, prints the size, and fails with the trace where a property does not hold. */
    void held(Search search, State start, int limit) {
        var found = search.from(start, limit);
        System.out.println(found.size());
        found.wrong().ifPresent(System.out::println);
        assertThat(found.wrong()).isEqualTo(Optional.empty());
        assertThat(found.whole() || found.states() >= limit).isTrue();
        states.addAll(search.states());
        transitions.addAndGet(found.transitions());
        searches.incrementAndGet();
    }

    int states() {
        return states.size();
    }

    int searches() {
        return searches.get();
    }

    @Override
    public String toString() {
        return "%s, in %d searches: %,d distinct states, %,d transitions, %.1f s"
                .formatted(name, searches(), states(), transitions.get(), (System.nanoTime() - begun) / 1e9);
    }
}
