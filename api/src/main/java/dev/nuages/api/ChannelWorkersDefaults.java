package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of Django Channels have in common.
 *
 * @param drainSeconds how long a worker may take to end when its pod is stopped. Default: 30.
 * @param resources CPU and memory of each pod. Default: requests of 100m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChannelWorkersDefaults(
        @Nullable @Min(0) @Max(86400) Integer drainSeconds,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {
    public static final ChannelWorkersDefaults EMPTY = new ChannelWorkersDefaults(null, null, null);
}
