package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Bounds within which a HorizontalPodAutoscaler chooses the number of pods.
 *
 * @param minReplicas never fewer pods than this. Default: 2.
 * @param maxReplicas never more pods than this.
 * @param targetCpuPercent the mean use of the requested CPU that is aimed at, of 100m where {@code resources} name none.
 *     Default: 70.
 * @param scaleDownSeconds for how long fewer pods must have been enough before one is taken away. Default: 300, Kubernetes'
 *     own, or the time that a pod may take to end if that is longer.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "(has(self.minReplicas) ? self.minReplicas : 2) <= self.maxReplicas",
        message = "minReplicas (2 where it is not given) is greater than maxReplicas")
public record AutoscaleSpec(
        @Nullable @Min(1) @Max(1000) Integer minReplicas,
        @Required @Min(1) @Max(1000) Integer maxReplicas,
        @Nullable @Min(1) @Max(1000) Integer targetCpuPercent,
        @Nullable @Min(0) @Max(3600) Integer scaleDownSeconds) {}
