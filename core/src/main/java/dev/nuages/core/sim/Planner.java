package dev.nuages.core.sim;

import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the plans of one kind, and remembers each by what was read for it: a plan depends on nothing else. */
public final class Planner<R extends CustomResource<?, S>, S, O> {
    private final Kind<R, S, O> kind;
    private final Instant now;
    private final Map<Stored, Remembered> byPrimary = new HashMap<>();
    private final Map<Plan<?>, Plan<?>> plans = new HashMap<>();
    private @Nullable View current;public static int MADE, ASKED;

    /** A question and what follows each answer, or a plan where all has been asked. */
    private static final class Remembered {
        private View.@Nullable Question question;
        private @Nullable Flight flight;
        private final Map<Object, Remembered> next = new HashMap<>();
    }

    /**
     * @param kind makes the kind, given a probe that looks into the simulated PostgreSQL server
     * @param now when all plans are made: with a clock that stands still, worlds repeat
     */
    public Planner(Function<DatabaseProbe, Kind<R, S, O>> kind, Instant now) {
        this.kind = kind.apply((server, role, database, password) -> {
            if (current == null) {
                throw new IllegalStateException("a probe asks only while a plan observes");
            }
            return current.ask(server, role, database, password);
        });
        this.now = now;
    }

    public Class<R> type() {
        return kind.type();
    }

    /** What the object of this name needs next as this view shows it; empty where the view does not show it. */
    public Optional<Flight> plan(View view, ObjectRef ref) {
        return view.find(ref).map(read -> recall(read, view));
    }

    private Flight recall(Stored read, View view) {ASKED++;
        var at = byPrimary.computeIfAbsent(read, r -> new Remembered());
        while (at.question != null) {
            at = at.next.computeIfAbsent(view.answer(at.question), a -> new Remembered());
        }
        return at.flight != null ? at.flight : make(read, view);
    }

    private Flight make(Stored read, View view) {
        var resource = kind.type().cast(read.object());
        current = view;MADE++;
        var made = kind.plan(resource, kind.observe(resource, view), now);
        current = null;
        var plan = plans.computeIfAbsent(made, p -> p);
        var at = byPrimary.computeIfAbsent(read, r -> new Remembered());
        for (var one : view.reads()) {
            at.question = one.question();
            at = at.next.computeIfAbsent(one.answer(), a -> new Remembered());
        }
        at.flight = Flight.of(read, plan);
        return at.flight;
    }
}
