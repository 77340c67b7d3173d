package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * What the schedulers of periodic tasks have in common.
 *
 * @param scheduler where the schedule and its last runs are kept. Default: Persistent.
 * @param maxLoopIntervalSeconds the longest sleep between two looks at the schedule. Default: 5.
 * @param resources CPU and memory of each pod. Default: requests of 50m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BeatDefaults(
        BeatSpec.@Nullable Scheduler scheduler,
        @Nullable @Min(1) @Max(300) Integer maxLoopIntervalSeconds,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {
    public static final BeatDefaults EMPTY = new BeatDefaults(null, null, null, null);
}
