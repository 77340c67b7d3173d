package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * A RabbitMQ in this cluster: one pod with one volume.
 *
 * @param image an image with the contract of Docker's official {@code rabbitmq}. Default:
 *     {@code docker.io/library/rabbitmq:3.13-management}. A later minor version may need a stop at the one before it.
 * @param storage the size of the volume. A tenth of it is kept free: below that, publishers are held up. Default: 1Gi.
 *     Cannot be changed later.
 * @param storageClassName the class of the volume. Default: the cluster's default class. Cannot be changed later.
 * @param resources CPU and memory. Publishers are held up at 60% of the memory limit; without a limit, at RabbitMQ's own
 *     share of the node's memory. Default: requests of 100m and 256Mi, no limits.
 * @param consumerTimeoutSeconds how long a consumer may keep a message without acknowledging it, before RabbitMQ closes
 *     its channel. Celery keeps a message for as long as its task runs (with late acknowledgement) or waits for its time
 *     (ETA, countdown and retries). Default: 86400, a day; RabbitMQ's own, half an hour, breaks such workers.
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
public record LocalRabbitmq(
        @Nullable @Size(min = 1, max = 512) String image,

        @Nullable @ValidationRule(value = Rules.SIZE, message = "storage" + Rules.SIZE_MESSAGE)
        Quantity storage,

        @Nullable @Size(min = 1, max = 253) String storageClassName,
        @Nullable ResourceRequirements resources,
        @Nullable @Min(60) @Max(2592000) Integer consumerTimeoutSeconds,
        @Nullable ServerPodsSpec pods) {
    public static final LocalRabbitmq EMPTY = new LocalRabbitmq(null, null, null, null, null, null);
}
