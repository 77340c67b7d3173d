package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of periodic tasks: {@code celery beat}, of which there is never more than one at work.
 *
 * @param scheduler where the schedule and its last runs are kept. Default: the environment's, else Persistent.
 * @param storage with {@code Persistent}, the size of the volume. Default: 100Mi. Cannot be changed later.
 * @param storageClassName the class of that volume. Default: the cluster's default class. Cannot be changed later.
 * @param maxLoopIntervalSeconds the longest sleep between two looks at the schedule; with {@code RedBeat} a leader that
 *     was killed is replaced after five times this. Default: 5.
 * @param args more arguments for {@code celery beat}, after ours, so that they win.
 * @param resources CPU and memory of each pod. Default: requests of 50m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.storage) || !has(self.scheduler) || self.scheduler == 'Persistent'",
        message = "storage is for scheduler Persistent: the others keep the schedule in Redis or the database")
@ValidationRule(
        value = "(has(self.scheduler) ? self.scheduler : '') != (has(oldSelf.scheduler) ? oldSelf.scheduler : '')"
                + " || has(self.storage) == has(oldSelf.storage) && (!has(self.storage) ||"
                + " quantity(string(self.storage)).compareTo(quantity(string(oldSelf.storage))) == 0)",
        message = "storage cannot be changed: a StatefulSet's volume keeps its size",
        fieldPath = ".storage")
@ValidationRule(
        value = "has(self.storageClassName) == has(oldSelf.storageClassName)"
                + " && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
        message = "storageClassName cannot be changed: a StatefulSet's volume keeps its class",
        fieldPath = ".storageClassName")
public record BeatSpec(
        @Nullable Scheduler scheduler,

        @Nullable @ValidationRule(value = Rules.SIZE, message = "storage" + Rules.SIZE_MESSAGE)
        Quantity storage,

        @Nullable @Size(min = 1, max = 253) String storageClassName,
        @Nullable @Min(1) @Max(300) Integer maxLoopIntervalSeconds,
        @Nullable @Size(max = 64) List<@Size(max = 4096) String> args,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {

    /** Where the schedule and its last runs are kept. */
    public enum Scheduler {
        /** In a file on a volume: one pod of a StatefulSet. */
        Persistent,
        /** In a Redis that never evicts, by celery-redbeat: two pods, of which a lock in Redis lets one work. */
        RedBeat,
        /** In the application's database, by django-celery-beat: one pod. */
        Database
    }
}
