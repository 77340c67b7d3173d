package dev.nuages.core.sim;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One state of a search. */
final class State {
    private final World world;
    private final List<Flight> flights;
    private final Optional<Flight> late;
    private final List<View.Old> old;
    private final List<Object> memories;
    private final Budget budget;
    private final int hash;

    /**
     * @param flights the plans that are being carried out, one for an object at most
     * @param late the write that a process had on its way when another took over
     * @param old the kinds whose caches may show what was before
     * @param memories what the properties remember, one for each
     */
    private State(
            World world,
            List<Flight> flights,
            Optional<Flight> late,
            List<View.Old> old,
            List<Object> memories,
            Budget budget) {
        this.world = world;
        this.flights = flights;
        this.late = late;
        this.old = old;
        this.memories = memories;
        this.budget = budget;
        this.hash = Objects.hash(world, flights, late, old, memories, budget);
    }

    /** Where nothing is on its way and no cache is behind. */
    static State of(World world, List<Object> memories, Budget budget) {
        return new State(world, List.of(), Optional.empty(), List.of(), memories, budget);
    }

    World world() {
        return world;
    }

    Cluster cluster() {
        return world.cluster();
    }

    List<Flight> flights() {
        return flights;
    }

    Optional<Flight> late() {
        return late;
    }

    List<View.Old> old() {
        return old;
    }

    List<Object> memories() {
        return memories;
    }

    Budget budget() {
        return budget;
    }

    Optional<Flight> flight(ObjectRef ref) {
        for (var flight : flights) {
            if (flight.read().ref().equals(ref)) {
                return Optional.of(flight);
            }
        }
        return Optional.empty();
    }

    State with(World changed) {
        return new State(changed, flights, late, old, memories, budget);
    }

    State with(Cluster changed) {
        return with(world.with(changed));
    }

    State with(Budget left) {
        return new State(world, flights, late, old, memories, left);
    }

    State remembering(List<Object> changed) {
        return new State(world, flights, late, old, changed, budget);
    }

    State withFlight(Flight begun) {
        var more = new ArrayList<>(flights);
        more.add(begun);
        more.sort(Comparator.comparing(flight -> flight.read().ref().toString()));
        return new State(world, List.copyOf(more), late, old, memories, budget);
    }

    State withoutFlight(Flight ended) {
        return new State(
                world, flights.stream().filter(flight -> !flight.equals(ended)).toList(), late, old, memories, budget);
    }

    State withLate(Optional<Flight> write) {
        return new State(world, flights, write, old, memories, budget);
    }

    /** With a cache of this kind that shows what was, in place of what it showed before. */
    State withOld(Class<? extends HasMetadata> type, List<Stored> objects) {
        var more = new ArrayList<View.Old>();
        old.stream().filter(kind -> kind.type() != type).forEach(more::add);
        more.add(new View.Old(type, objects));
        more.sort(Comparator.comparing(kind -> kind.type().getName()));
        return new State(world, flights, late, List.copyOf(more), memories, budget);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof State that
                        && hash == that.hash
                        && budget.equals(that.budget)
                        && world.equals(that.world)
                        && flights.equals(that.flights)
                        && late.equals(that.late)
                        && old.equals(that.old)
                        && memories.equals(that.memories));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
