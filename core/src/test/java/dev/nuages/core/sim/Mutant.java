package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.Effect;
import dev.nuages.core.Kind;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A kind with a fault planted into its plans, for a search to find. */
final class Mutant<R extends CustomResource<?, S>, S, O> implements Kind<R, S, O> {
    /** How many states are looked at: more than any of them needs. */
    private static final int LIMIT = 10_000;

    private final Kind<R, S, O> right;
    private final Fault<R, S, O> fault;

    /** Makes a wrong plan. */
    interface Fault<R extends CustomResource<?, S>, S, O> {
        Plan<S> plan(Kind<R, S, O> right, R resource, O seen);

        /** Takes the resource for another one than it is. */
        static <R extends CustomResource<?, S>, S, O> Fault<R, S, O> misreads(UnaryOperator<R> reading) {
            return (right, resource, seen) -> right.plan(reading.apply(resource), seen, Stage.NOW);
        }

        /** Takes what there is for something else. */
        static <R extends CustomResource<?, S>, S, O> Fault<R, S, O> overlooks(UnaryOperator<O> sight) {
            return (right, resource, seen) -> right.plan(resource, sight.apply(seen), Stage.NOW);
        }

        /** Does other things than the right plan has. */
        static <R extends CustomResource<?, S>, S, O> Fault<R, S, O> spoils(BiFunction<O, Plan<S>, Plan<S>> spoiling) {
            return (right, resource, seen) -> spoiling.apply(seen, right.plan(resource, seen, Stage.NOW));
        }
    }

    Mutant(Kind<R, S, O> right, Fault<R, S, O> fault) {
        this.right = right;
        this.fault = fault;
    }

    static <R extends CustomResource<?, S>, S, O> Planning planning(
            Function<Probes, Kind<R, S, O>> right, Fault<R, S, O> fault) {
        return new Planner<>(probes -> new Mutant<>(right.apply(probes), fault), Stage.NOW);
    }

    @Override
    public Class<R> type() {
        return right.type();
    }

    @Override
    public List<Class<? extends HasMetadata>> makes() {
        return right.makes();
    }

    @Override
    public List<Class<? extends HasMetadata>> makesWhereServed() {
        return right.makesWhereServed();
    }

    @Override
    public O observe(R resource, Lookup lookup) {
        return right.observe(resource, lookup);
    }

    @Override
    public Plan<S> plan(R resource, O seen, Instant now) {
        return fault.plan(right, resource, seen);
    }

    /** A copy with a change, for the one that is given belongs to the world. */
    static <T> T changed(Class<T> type, Object value, Consumer<ObjectNode> change) {
        var json = Pool.json(value);
        change.accept(json);
        return Pool.object(json, type);
    }

    static <S> Plan<S> with(Plan<S> plan, Stream<? extends Effect> more) {
        return new Plan<>(
                plan.confirmations(),
                Stream.concat(plan.effects().stream(), more).toList(),
                plan.status(),
                plan.lookAgain());
    }

    static <S> Plan<S> without(Plan<S> plan, Predicate<Effect> which) {
        return new Plan<>(
                plan.confirmations(),
                plan.effects().stream().filter(which.negate()).toList(),
                plan.status(),
                plan.lookAgain());
    }

    static <S> Plan<S> unconfirmed(Plan<S> plan) {
        return new Plan<>(List.of(), plan.effects(), plan.status(), plan.lookAgain());
    }

    static <S> Plan<S> saying(Plan<S> plan, S status) {
        return new Plan<>(plan.confirmations(), plan.effects(), status, plan.lookAgain());
    }

    static <S> Plan<S> unheeding(Plan<S> plan) {
        return new Plan<>(plan.confirmations(), plan.effects(), plan.status(), Optional.empty());
    }

    /** With a change in all objects of a kind that it applies or creates. */
    static <S> Plan<S> applying(Plan<S> plan, Class<? extends HasMetadata> type, Consumer<ObjectNode> change) {
        return new Plan<>(
                plan.confirmations(),
                plan.effects().stream()
                        .map(effect -> switch (effect) {
                            case Effect.Apply apply
                            when type.isInstance(apply.wanted()) ->
                                new Effect.Apply(changed(type, apply.wanted(), change), apply.seen(), apply.drift());
                            case Effect.Create create
                            when type.isInstance(create.wanted()) ->
                                new Effect.Create(changed(type, create.wanted(), change));
                            default -> effect;
                        })
                        .toList(),
                plan.status(),
                plan.lookAgain());
    }

    static Effect deletion(HasMetadata object) {
        return new Effect.Delete(ObjectRef.of(object), object.getMetadata().getUid());
    }

    /** By its first property, and for what reason. */
    static void isFound(Model model, State start, String why) {
        var found = new Search(model).from(start, LIMIT);
        System.out.println("mutant: " + found.size());
        assertThat(found.wrong()).as(model.name()).isPresent();
        var violation = found.wrong().orElseThrow();
        assertThat(violation.property()).isEqualTo(model.properties().getFirst().sentence());
        assertThat(violation.why()).contains(why);
    }
}
