package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Bounds within which the number of a pool's pods is chosen: by KEDA, by the length of its queues, or with
 * {@code targetCpuPercent} by a HorizontalPodAutoscaler. Where KEDA is wanted and not installed, {@code minReplicas} pods run, but
 * at least one, and condition {@code Configured} says so.
 *
 * @param minReplicas never fewer pods than this; 0 lets an idle pool end, where KEDA chooses. Default: 1.
 * @param maxReplicas never more pods than this.
 * @param queueLength how many waiting tasks each pod should have at most. Default: 10.
 * @param targetCpuPercent the mean use of the requested CPU that is aimed at. Default: none, the queues' length decides.
 * @param scaleDownSeconds for how long fewer pods must have been enough before one is taken away. Default: 300, or the
 *     pool's {@code drainSeconds} where that is longer.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "(has(self.minReplicas) ? self.minReplicas : 1) <= self.maxReplicas",
        message = "minReplicas (1 where it is not given) is greater than maxReplicas")
@ValidationRule(
        value = "!(has(self.queueLength) && has(self.targetCpuPercent))",
        message = "queueLength is for scaling by queues, targetCpuPercent for scaling by CPU: give one of them")
@ValidationRule(
        value = "!has(self.targetCpuPercent) || !has(self.minReplicas) || self.minReplicas > 0",
        message = "minReplicas 0 needs scaling by queues: a pool without pods uses no CPU by which it could grow again")
public record QueueScaleSpec(
        @Nullable @Min(0) @Max(1000) Integer minReplicas,
        @Required @Min(1) @Max(1000) Integer maxReplicas,
        @Nullable @Min(1) @Max(1000000) Integer queueLength,
        @Nullable @Min(1) @Max(1000) Integer targetCpuPercent,
        @Nullable @Min(0) @Max(3600) Integer scaleDownSeconds) {}
