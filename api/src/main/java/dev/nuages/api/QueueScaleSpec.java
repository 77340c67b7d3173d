package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Bounds within which KEDA chooses the number of a pool's pods by the length of its queues. Where KEDA is not installed,
 * {@code minReplicas} pods run, and condition {@code Configured} says so.
 *
 * @param minReplicas never fewer pods than this; 0 lets an idle pool end. Default: 1.
 * @param maxReplicas never more pods than this.
 * @param queueLength how many waiting tasks each pod should have at most. Default: 10.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "(has(self.minReplicas) ? self.minReplicas : 1) <= self.maxReplicas",
        message = "minReplicas (1 where it is not given) is greater than maxReplicas")
public record QueueScaleSpec(
        @Nullable @Min(0) @Max(1000) Integer minReplicas,
        @Required @Min(1) @Max(1000) Integer maxReplicas,
        @Nullable @Min(1) @Max(1000000) Integer queueLength) {}
