package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * What the schedulers of periodic tasks have in common.
 *
 * @param maxLoopIntervalSeconds the longest sleep between two looks at the schedule. Default: 5.
 * @param resources CPU and memory of each pod. Default: requests of 50m and 128Mi, no limits.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BeatDefaults(
        @Nullable @Min(1) @Max(300) Integer maxLoopIntervalSeconds,
        @Nullable ResourceRequirements resources) {
    public static final BeatDefaults EMPTY = new BeatDefaults(null, null);
}
