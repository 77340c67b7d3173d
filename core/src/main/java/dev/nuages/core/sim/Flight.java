package dev.nuages.core.sim;

import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A plan that is being carried out, as the operator's loop does it. A crash is to forget it. */
public final class Flight {
    private final Stored read;
    private final Stored latest;
    private final Plan<?> plan;
    private final boolean newStatus;
    private final String summary;
    private final int at;

    /**
     * What a step came to.
     *
     * @param after the world after it
     * @param rest what is left to do; empty where nothing is, or where the plan was dropped
     * @param effect what was carried out; empty for a confirmation and for the status
     * @param words the step, for a trace
     */
    public record Step(World after, Optional<Flight> rest, Optional<Effect> effect, String words) {}

    /**
     * @param read the object that the plan is for, as it was read
     * @param latest the object as our own last write left it
     * @param newStatus whether the plan's status differs from the one that was read
     * @param summary the plan's status in words
     * @param at how many of the plan's steps are done: confirmations, then effects, then the status
     */
    private Flight(Stored read, Stored latest, Plan<?> plan, boolean newStatus, String summary, int at) {
        this.read = read;
        this.latest = latest;
        this.plan = plan;
        this.newStatus = newStatus;
        this.summary = summary;
        this.at = at;
    }

    /** A plan of which nothing is done yet. */
    static Flight of(Stored read, Plan<?> plan) {
        var before = ((CustomResource<?, ?>) read.object()).getStatus();
        return new Flight(read, read, plan, !plan.status().equals(before), summary(plan.status()), 0).past();
    }

    public Plan<?> plan() {
        return plan;
    }

    /** The object that the plan is for, as it was read. */
    public Stored read() {
        return read;
    }

    /** Whether nothing would be done. */
    public boolean idle() {
        return plan.effects().isEmpty() && !newStatus;
    }

    /** Whether its next step asks, and writes nothing. */
    boolean asks() {
        return at < plan.confirmations().size();
    }

    /** Whether nothing was done of it yet. */
    boolean fresh() {
        return at == 0;
    }

    /** What it does next, where that is an effect. */
    Optional<Effect> next() {
        int effect = at - plan.confirmations().size();
        return effect >= 0 && effect < plan.effects().size()
                ? Optional.of(plan.effects().get(effect))
                : Optional.empty();
    }

    /** Takes the next step. */
    public Step step(ApiServer server, World world) {
        if (asks()) {
            var confirmation = plan.confirmations().get(at);
            boolean holds = server.confirms(world.cluster(), confirmation);
            var words = (holds ? "confirms: " : "finds no longer true: ") + confirmation;
            return new Step(world, holds ? rest(latest) : Optional.empty(), Optional.empty(), words);
        }
        return next().map(effect -> carryOut(server, world, effect)).orElseGet(() -> record(server, world));
    }

    private Step record(ApiServer server, World world) {
        if (!newStatus) {
            return new Step(world, Optional.empty(), Optional.empty(), "has nothing new to say in the status");
        }
        var written = server.status(world.cluster(), latest, plan.status());
        var words = written.isPresent() ? "writes the status: " + summary : "may not write a status: conflict";
        return new Step(written.map(world::with).orElse(world), Optional.empty(), Optional.empty(), words);
    }

    private Step carryOut(ApiServer server, World world, Effect effect) {
        var cluster = world.cluster();
        Optional<World> after = switch (effect) {
            case Effect.Apply apply ->
                server.apply(cluster, apply, read.object()).map(world::with);
            case Effect.Generate generate ->
                server.generate(cluster, generate, read.object()).map(world::with);
            case Effect.Delete delete -> Optional.of(world.with(server.delete(cluster, delete)));
            case Effect.Remove remove -> Optional.of(world.with(server.remove(cluster, remove)));
            case Effect.Finalizer finalizer ->
                server.finalizer(cluster, latest, finalizer.present()).map(world::with);
            case Effect.RunSql sql ->
                world.sql().run(sql.command(), ref -> password(cluster, ref)).map(world::with);
            // The autoscaler's own writes are not played: its number is the one there was.
            case Effect.HandOver handOver -> Optional.of(world);
            case Effect.RunRabbit rabbit ->
                throw new IllegalArgumentException("the simulated world has no RabbitMQ for " + rabbit);
            case Effect.Emit emit -> Optional.of(world);
        };
        var words = (after.isPresent() ? "" : "is refused: ") + words(effect);
        boolean released = effect instanceof Effect.Finalizer finalizer && !finalizer.present();
        var rest = released ? Optional.<Flight>empty() : after.flatMap(w -> rest(latest(w, effect)));
        return new Step(after.orElse(world), rest, Optional.of(effect), words);
    }

    private Stored latest(World after, Effect effect) {
        return effect instanceof Effect.Finalizer ? after.cluster().find(read.ref()).orElse(latest) : latest;
    }

    private static Optional<String> password(Cluster cluster, dev.nuages.core.SqlCommand.PasswordRef ref) {
        return cluster.find(new ObjectRef(Secret.class, ref.namespace(), ref.secret()))
                .flatMap(secret -> Secrets.text((Secret) secret.object(), ref.key()));
    }

    private static String words(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply -> "applies " + ObjectRef.of(apply.wanted()) + why(apply);
            case Effect.Generate generate -> "generates " + ObjectRef.of(generate.secret());
            case Effect.Delete delete -> "deletes " + delete.object();
            case Effect.Remove remove -> "removes " + remove.pointers() + " from " + remove.object();
            case Effect.Finalizer finalizer -> (finalizer.present() ? "adds" : "takes away") + " the finalizer";
            case Effect.HandOver handOver -> "hands the replicas of " + handOver.object() + " over";
            case Effect.RunSql sql -> "runs " + sql.command();
            case Effect.RunRabbit rabbit -> "runs " + rabbit.command();
            case Effect.Emit emit -> "tells: " + emit.message();
        };
    }

    private static String why(Effect.Apply apply) {
        return apply.drift().isEmpty() ? "" : ", putting back " + String.join(", ", apply.drift());
    }

    private static String summary(Object status) {
        var json = Pool.json(status);
        var words = new StringJoiner(", ");
        for (var field : List.of("/phase", "/migratedVersion", "/migration/version", "/migration/attempt", "/migration/state")) {
            if (!json.at(field).isMissingNode()) {
                words.add(field.substring(1) + " " + json.at(field).asText());
            }
        }
        for (var condition : json.path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                words.add("Ready " + condition.path("status").asText() + ": "
                        + condition.path("message").asText());
            }
        }
        return words.toString();
    }

    private Optional<Flight> rest(Stored after) {
        var next = new Flight(read, after, plan, newStatus, summary, at + 1).past();
        return next.over() ? Optional.empty() : Optional.of(next);
    }

    private boolean over() {
        return !asks() && next().isEmpty() && !newStatus;
    }

    /** Past Events that something follows: they change nothing that anybody looks at. */
    private Flight past() {
        int to = at;
        int steps = plan.confirmations().size() + plan.effects().size();
        while (to >= plan.confirmations().size()
                && to < steps
                && plan.effects().get(to - plan.confirmations().size()) instanceof Effect.Emit
                && (to + 1 < steps || newStatus)) {
            to++;
        }
        return to == at ? this : new Flight(read, latest, plan, newStatus, summary, to);
    }

    /** The plans of one {@link Planner} are made once each, so that identity is equality. */
    @Override
    @SuppressWarnings("ReferenceEquality") // comparing plans by their contents would take most of a search's time
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Flight that
                        && read == that.read
                        && latest == that.latest
                        && plan == that.plan
                        && at == that.at);
    }

    @Override
    public int hashCode() {
        return Objects.hash(System.identityHashCode(read), System.identityHashCode(plan), at);
    }
}
