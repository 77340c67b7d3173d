package dev.nuages.core.sim;

import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plans of one kind, and remembers each by what was read for it: a plan depends on nothing else. Several threads
 * may share one.
 */
public final class Planner<R extends CustomResource<?, S>, S, O> implements Planning {
    private final Function<Probes, Kind<R, S, O>> kinds;
    private final Class<R> type;
    private final Instant now;
    private final Map<Stored, Remembered> byPrimary = new ConcurrentHashMap<>();
    private final Map<PlanFor, Flight> flights = new ConcurrentHashMap<>();

    private record PlanFor(Stored read, Plan<?> plan) {}

    /** A question and what follows each answer, or a plan where all has been asked. */
    private static final class Remembered {
        private volatile View.@Nullable Question question;
        private volatile @Nullable Flight flight;
        private final Map<Object, Remembered> next = new ConcurrentHashMap<>();
    }

    /**
     * @param kind makes the kind, given probes that look into the simulated world
     * @param now when all plans are made: with a clock that stands still, worlds repeat
     */
    public Planner(Function<Probes, Kind<R, S, O>> kind, Instant now) {
        this.kinds = kind;
        this.type = kind.apply(new View(World.EMPTY, List.of())).type();
        this.now = now;
    }

    @Override
    public Class<R> type() {
        return type;
    }

    @Override
    public Optional<Flight> plan(View view, ObjectRef ref) {
        return view.find(ref).map(read -> recall(read, view));
    }

    private Flight recall(Stored read, View view) {
        var at = byPrimary.computeIfAbsent(read, r -> new Remembered());
        for (var asked = at.question; asked != null; asked = at.question) {
            at = at.next.computeIfAbsent(view.answer(asked), a -> new Remembered());
        }
        var known = at.flight;
        return known != null ? known : make(read, view);
    }

    private Flight make(Stored read, View view) {
        var resource = type.cast(read.object());
        var kind = kinds.apply(view);
        var made = kind.plan(resource, kind.observe(resource, view), now);
        var at = byPrimary.computeIfAbsent(read, r -> new Remembered());
        for (var one : view.reads()) {
            at.question = one.question();
            at = at.next.computeIfAbsent(one.answer(), a -> new Remembered());
        }
        var flight = flights.computeIfAbsent(new PlanFor(read, made), p -> Flight.of(new Planned(read, made)));
        at.flight = flight;
        return flight;
    }
}
