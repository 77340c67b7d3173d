package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * A Redis in this cluster: one pod.
 *
 * @param image an image with the contract of Docker's official {@code redis}. Default:
 *     {@code docker.io/library/redis:7}.
 * @param maxMemory how much data it may hold. Default: 64Mi.
 * @param eviction what happens when it is full. Default: {@code AllKeysLru}, right for a cache; a broker or a scheduler
 *     needs {@code Never}.
 * @param storage the size of a volume for its data. Default: none, what it holds is lost with its pod. Cannot be
 *     changed later.
 * @param storageClassName the class of the volume. Default: the cluster's default class. Cannot be changed later.
 * @param resources CPU and memory. Default: requests of 50m and 64Mi, no limits.
 * @param pods where its pod may run, and the like. Default: anywhere.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.storage) == has(oldSelf.storage) && (!has(self.storage) ||"
                + " quantity(string(self.storage)).compareTo(quantity(string(oldSelf.storage))) == 0)",
        message = "storage cannot be changed: a StatefulSet's volume keeps its size",
        fieldPath = ".storage")
@ValidationRule(
        value = "has(self.storageClassName) == has(oldSelf.storageClassName)"
                + " && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
        message = "storageClassName cannot be changed: a StatefulSet's volume keeps its class",
        fieldPath = ".storageClassName")
public record LocalRedis(
        @Nullable @Size(min = 1, max = 512) String image,

        @Nullable @ValidationRule(value = Rules.SIZE, message = "maxMemory" + Rules.SIZE_MESSAGE)
        Quantity maxMemory,

        @Nullable Eviction eviction,

        @Nullable @ValidationRule(value = Rules.SIZE, message = "storage" + Rules.SIZE_MESSAGE)
        Quantity storage,

        @Nullable @Size(min = 1, max = 253) String storageClassName,
        @Nullable ResourceRequirements resources,
        @Nullable ServerPodsSpec pods) {
    /** How much a Redis may hold that says nothing of it. */
    public static final String DEFAULT_MAX_MEMORY = "64Mi";

    public static final LocalRedis EMPTY = new LocalRedis(null, null, null, null, null, null, null);

    /** What a full Redis does with a write. */
    public enum Eviction {
        /** Forgets what was used longest ago. */
        AllKeysLru,
        /** Refuses the write. */
        Never
    }
}
