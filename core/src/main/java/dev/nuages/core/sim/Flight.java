package dev.nuages.core.sim;

import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.Plan;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/**
 * A plan that is being carried out, as the operator's loop does it. A crash is to forget it.
 *
 * @param planned the plan
 * @param latest the object that it is for, as our own last write left it
 * @param at how many of the plan's steps are done: confirmations, then effects, then the status
 */
public record Flight(Planned planned, Stored latest, int at) {

    /**
     * What a step came to.
     *
     * @param after the world after it
     * @param rest what is left to do; empty where nothing is, or where the plan was dropped
     * @param words the step, for a trace
     */
    public record Step(World after, Optional<Flight> rest, String words) {}

    /** A plan of which nothing is done yet. */
    static Flight of(Planned planned) {
        return new Flight(planned, planned.read(), 0).past();
    }

    public Plan<?> plan() {
        return planned.plan();
    }

    /** The object that the plan is for, as it was read. */
    public Stored read() {
        return planned.read();
    }

    /** Whether nothing would be done. */
    public boolean idle() {
        return plan().effects().isEmpty() && !planned.newStatus();
    }

    /** Whether its next step asks, and writes nothing. */
    boolean asks() {
        return at < plan().confirmations().size();
    }

    /** Whether nothing was done of it yet. */
    boolean fresh() {
        return at == 0;
    }

    /** What it does next, where that is an effect. */
    Optional<Effect> next() {
        int effect = at - plan().confirmations().size();
        return effect >= 0 && effect < plan().effects().size()
                ? Optional.of(plan().effects().get(effect))
                : Optional.empty();
    }

    /** Takes the next step. */
    public Step step(ApiServer server, World world) {
        if (asks()) {
            var confirmation = plan().confirmations().get(at);
            boolean holds = server.confirms(world.cluster(), confirmation);
            var words = (holds ? "confirms: " : "finds no longer true: ") + confirmation;
            return new Step(world, holds ? rest(latest) : Optional.empty(), words);
        }
        return next().map(effect -> carryOut(server, world, effect)).orElseGet(() -> record(server, world));
    }

    private Step record(ApiServer server, World world) {
        if (!planned.newStatus()) {
            return new Step(world, Optional.empty(), "has nothing new to say in the status");
        }
        var written = server.status(world.cluster(), latest, plan().status());
        var words = written.isPresent()
                ? "writes the status: " + planned.summary()
                : "may not write a status, for the object has changed";
        return new Step(written.map(world::with).orElse(world), Optional.empty(), words);
    }

    private Step carryOut(ApiServer server, World world, Effect effect) {
        var cluster = world.cluster();
        var owner = read().object();
        Optional<World> after = switch (effect) {
            case Effect.Apply apply -> server.apply(cluster, apply, owner).map(world::with);
            case Effect.Create create -> server.create(cluster, create, owner).map(world::with);
            case Effect.Generate generate ->
                server.generate(cluster, generate, owner).map(world::with);
            case Effect.Delete delete -> Optional.of(world.with(server.delete(cluster, delete)));
            case Effect.Remove remove -> server.remove(cluster, remove).map(world::with);
            case Effect.HandOver handOver -> Optional.of(world.with(server.handOver(cluster, handOver)));
            case Effect.Finalizer finalizer ->
                server.finalizer(cluster, latest, finalizer.present()).map(world::with);
            case Effect.RunSql sql ->
                world.sql().run(sql.command(), ref -> password(cluster, ref)).map(world::with);
            case Effect.RunRabbit rabbit ->
                throw new IllegalArgumentException("the simulated world has no RabbitMQ for " + rabbit);
            case Effect.Emit emit -> Optional.of(world);
        };
        var words = (after.isPresent() ? "" : "is refused: ") + words(effect);
        boolean released = effect instanceof Effect.Finalizer finalizer && !finalizer.present();
        var rest = released ? Optional.<Flight>empty() : after.flatMap(w -> rest(latest(w, effect)));
        return new Step(after.orElse(world), rest, words);
    }

    private Stored latest(World after, Effect effect) {
        return effect instanceof Effect.Finalizer
                ? after.cluster().find(latest.ref()).orElse(latest)
                : latest;
    }

    private static Optional<String> password(Cluster cluster, PasswordRef ref) {
        return cluster.find(new ObjectRef(Secret.class, ref.namespace(), ref.secret()))
                .flatMap(secret -> Secrets.text((Secret) secret.object(), ref.key()));
    }

    private static String words(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply -> "applies " + ObjectRef.of(apply.wanted()) + why(apply);
            case Effect.Create create -> "creates " + ObjectRef.of(create.wanted());
            case Effect.Generate generate -> "generates " + ObjectRef.of(generate.secret());
            case Effect.Delete delete -> "deletes " + delete.object();
            case Effect.Remove remove -> "removes " + remove.pointers() + " from " + remove.object();
            case Effect.HandOver handOver -> "hands the replicas of " + handOver.object() + " over";
            case Effect.Finalizer finalizer -> (finalizer.present() ? "adds" : "takes away") + " the finalizer";
            case Effect.RunSql sql -> "runs " + sql.command();
            case Effect.RunRabbit rabbit -> "runs " + rabbit.command();
            case Effect.Emit emit -> "tells: " + emit.message();
        };
    }

    private static String why(Effect.Apply apply) {
        return apply.drift().isEmpty() ? "" : ", putting back " + String.join(", ", apply.drift());
    }

    private Optional<Flight> rest(Stored after) {
        var next = new Flight(planned, after, at + 1).past();
        return next.over() ? Optional.empty() : Optional.of(next);
    }

    private boolean over() {
        return !asks() && next().isEmpty() && !planned.newStatus();
    }

    /** Past Events that something follows: they change nothing that anybody looks at. */
    private Flight past() {
        int to = at;
        int asked = plan().confirmations().size();
        int steps = asked + plan().effects().size();
        while (to >= asked
                && to < steps
                && plan().effects().get(to - asked) instanceof Effect.Emit
                && (to + 1 < steps || planned.newStatus())) {
            to++;
        }
        return to == at ? this : new Flight(planned, latest, to);
    }
}
