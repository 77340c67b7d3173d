package dev.nuages.operator;

import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;

/** An effect as a line of the log: what was done to which object, and nothing that is in it. */
final class Told {
    private Told() {}

    static String of(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply -> "applied " + ObjectRef.of(apply.wanted()) + why(apply);
            case Effect.Create create -> "created " + ObjectRef.of(create.wanted());
            case Effect.Generate generate -> "generated " + ObjectRef.of(generate.secret());
            case Effect.Delete delete -> "deleted " + delete.object();
            case Effect.Remove remove -> "took " + String.join(", ", remove.pointers()) + " out of " + remove.object();
            case Effect.HandOver handOver ->
                "left " + handOver.replicas() + " replicas of " + handOver.object() + " to its autoscaler";
            case Effect.Finalizer finalizer -> finalizer.present() ? "added the finalizer" : "took the finalizer away";
            case Effect.RunSql sql ->
                "ran " + sql.command().getClass().getSimpleName() + " on "
                        + sql.server().host();
            case Effect.RunRabbit rabbit ->
                "ran " + rabbit.command().getClass().getSimpleName() + " by "
                        + rabbit.broker().adminSecret();
            case Effect.Emit emit -> "said " + emit.reason() + ": " + emit.message();
        };
    }

    private static String why(Effect.Apply apply) {
        return apply.drift().isEmpty() ? "" : " to repair " + String.join(", ", apply.drift());
    }
}
