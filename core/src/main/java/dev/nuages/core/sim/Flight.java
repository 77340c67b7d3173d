package dev.nuages.core.sim;

import dev.nuages.core.Effect;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Optional;

/**
 * A plan that is being carried out. A crash is to forget it.
 *
 * @param read the object that the plan is for, as it was read
 * @param at how many of the plan's steps are done: confirmations, then effects, then the status
 */
public record Flight(Stored read, Plan<?> plan, int at) {

    /** The cluster after a step, what is left to do, and what the step was. */
    public record Step(Cluster after, Optional<Flight> rest, Optional<Effect> effect, String words) {}

    /** Whether nothing would be done. */
    public boolean empty() {
        return plan.effects().isEmpty() && plan.status().equals(currentStatus());
    }

    /** Takes the next step. */
    public Step step(ApiServer server, Cluster cluster) {
        int confirmations = plan.confirmations().size();
        if (at < confirmations) {
            var confirmation = plan.confirmations().get(at);
            boolean holds = server.confirms(cluster, confirmation);
            var words = (holds ? "confirms " : "finds no longer true: ") + confirmation;
            return new Step(cluster, holds ? next() : Optional.empty(), Optional.empty(), words);
        }
        int effect = at - confirmations;
        if (effect < plan.effects().size()) {
            return carryOut(server, cluster, plan.effects().get(effect));
        }
        if (plan.status().equals(currentStatus())) {
            return new Step(cluster, Optional.empty(), Optional.empty(), "has nothing new to say in the status");
        }
        var written = server.status(cluster, read, plan.status());
        var words = written.isPresent() ? "writes the status: " + plan.status() : "may not write a status: conflict";
        return new Step(written.orElse(cluster), Optional.empty(), Optional.empty(), words);
    }

    private Step carryOut(ApiServer server, Cluster cluster, Effect effect) {
        var ref = read.ref();
        Optional<Cluster> after = switch (effect) {
            case Effect.Apply apply -> server.apply(cluster, apply, read.object());
            case Effect.Generate generate -> Optional.of(server.generate(cluster, generate));
            case Effect.Delete delete -> server.delete(cluster, delete.object(), delete.uid());
            case Effect.Remove remove -> server.remove(cluster, remove);
            case Effect.Finalizer finalizer -> Optional.of(server.finalizer(cluster, ref, finalizer.present()));
            case Effect.RunSql sql ->
                throw new IllegalArgumentException("the simulated world has no SQL server for " + sql);
            // The autoscaler's own writes are not played: its number is the one there was.
            case Effect.HandOver handOver -> Optional.of(cluster);
            case Effect.RunRabbit rabbit ->
                throw new IllegalArgumentException("the simulated world has no RabbitMQ for " + rabbit);
            case Effect.Emit emit -> Optional.of(cluster);
        };
        var words = (after.isPresent() ? "" : "is refused: ") + words(effect);
        return new Step(after.orElse(cluster), after.flatMap(c -> next()), Optional.of(effect), words);
    }

    private static String words(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply ->
                "applies " + apply.wanted().getKind() + "/"
                        + apply.wanted().getMetadata().getName();
            case Effect.Generate generate ->
                "generates Secret/" + generate.secret().getMetadata().getName();
            case Effect.Delete delete -> "deletes " + delete.object();
            case Effect.Remove remove -> "removes " + remove.pointers() + " from " + remove.object();
            case Effect.Finalizer finalizer -> (finalizer.present() ? "adds" : "takes away") + " the finalizer";
            case Effect.HandOver handOver -> "hands the replicas of " + handOver.object() + " over";
            case Effect.RunSql sql -> "runs " + sql.command();
            case Effect.RunRabbit rabbit -> "runs " + rabbit.command();
            case Effect.Emit emit -> "tells: " + emit.message();
        };
    }

    private Object currentStatus() {
        return ((CustomResource<?, ?>) read.object()).getStatus();
    }

    private Optional<Flight> next() {
        return Optional.of(new Flight(read, plan, at + 1));
    }
}
