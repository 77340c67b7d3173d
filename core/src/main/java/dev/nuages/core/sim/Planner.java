package dev.nuages.core.sim;

import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the plans of one kind, and remembers each by what was read for it: a plan depends on nothing else. */
public final class Planner<R extends CustomResource<?, S>, S, O> {
    private final Kind<R, S, O> kind;
    private final Instant now;
    private final Map<Stored, Remembered> byPrimary = new HashMap<>();
    private final Map<Plan<?>, Plan<?>> plans = new HashMap<>();

    /** A question and what follows each answer, or a plan where all has been asked. */
    private static final class Remembered {
        private Optional<View.Question> question = Optional.empty();
        private Optional<Plan<?>> plan = Optional.empty();
        private final Map<List<Stored>, Remembered> next = new HashMap<>();
    }

    public Planner(Kind<R, S, O> kind, Instant now) {
        this.kind = kind;
        this.now = now;
    }

    public Class<R> type() {
        return kind.type();
    }

    /** What the object of this name needs next as this view shows it; empty where the view does not show it. */
    public Optional<Flight> plan(Cluster cluster, Optional<View.Lag> lag, ObjectRef ref) {
        var view = new View(cluster, lag);
        return view.answer(new View.Find(ref)).stream()
                .findFirst()
                .map(read -> new Flight(read, recall(read, view), 0));
    }

    private Plan<?> recall(Stored read, View view) {
        var at = byPrimary.computeIfAbsent(read, r -> new Remembered());
        while (at.question.isPresent()) {
            at = at.next.computeIfAbsent(view.answer(at.question.get()), a -> new Remembered());
        }
        return at.plan.isPresent() ? at.plan.get() : make(read, view);
    }

    private Plan<?> make(Stored read, View view) {
        var resource = kind.type().cast(read.object());
        var made = kind.plan(resource, kind.observe(resource, view), now);
        var plan = plans.computeIfAbsent(made, p -> p);
        var at = byPrimary.computeIfAbsent(read, r -> new Remembered());
        for (var one : view.reads()) {
            at.question = Optional.of(one.question());
            at = at.next.computeIfAbsent(one.answer(), a -> new Remembered());
        }
        at.plan = Optional.of(plan);
        return plan;
    }
}
