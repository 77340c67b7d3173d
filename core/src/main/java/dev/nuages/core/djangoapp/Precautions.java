package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What must be true before a plan for an application is carried out. An old view of it must not roll its pods back to a
 * former release, nor take a Job for a former one's whose end is not recorded yet: these are done only if the application
 * is as it was read.
 */
final class Precautions {
    private Precautions() {}

    static List<Confirmation> of(DjangoApp app, Migration migration, Components components, Upkeep upkeep) {
        var confirmations = new LinkedHashSet<>(migration.confirmations());
        if (upkeep.effects().stream().anyMatch(Precautions::dependsOnTheRecord)) {
            confirmations.add(new Confirmation.Unchanged(
                    ObjectRef.of(app), app.getMetadata().getResourceVersion()));
        }
        confirmations.addAll(upkeep.confirmations());
        confirmations.addAll(components.confirmations());
        return List.copyOf(confirmations);
    }

    private static boolean dependsOnTheRecord(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply ->
                switch (apply.wanted()) {
                    case Deployment d -> true;
                    case StatefulSet s -> true;
                    case CronJob c -> true;
                    case Job j -> true;
                    default -> false;
                };
            case Effect.Create create -> true;
            case Effect.Delete delete -> true;
            case Effect.HandOver handOver -> true;
            case Effect.Generate generate -> false;
            case Effect.Remove remove -> false;
            case Effect.Finalizer finalizer -> false;
            case Effect.RunSql sql -> false;
            case Effect.RunRabbit rabbit -> false;
            case Effect.Emit emit -> false;
        };
    }
}
