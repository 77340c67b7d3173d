package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * What the management commands on a schedule have in common.
 *
 * @param timeZone the time zone of their schedules, such as {@code Europe/Paris}. Default: UTC.
 * @param concurrency what happens when the last run has not ended. Default: Forbid.
 * @param deadlineSeconds a run is stopped, and has failed, after this. Default: 3600.
 * @param resources CPU and memory of each pod. Default: requests of 100m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskDefaults(
        @Nullable @Size(min = 1, max = 64) String timeZone,
        TaskSpec.@Nullable Concurrency concurrency,
        @Nullable @Min(1) @Max(604800) Integer deadlineSeconds,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {
    public static final TaskDefaults EMPTY = new TaskDefaults(null, null, null, null, null);
}
