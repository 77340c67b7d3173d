package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Workers of Django Channels: {@code runworker}.
 *
 * @param channels the channels to listen to, as Channels 2 and later want them. Default: none, which is Channels 1's
 *     {@code runworker}.
 * @param replicas how many pods. Default: 1. Not together with {@code autoscale}.
 * @param autoscale lets a HorizontalPodAutoscaler own the number of pods.
 * @param drainSeconds how long a worker may take to end when its pod is stopped. Default: 30.
 * @param args more arguments for {@code runworker}.
 * @param resources CPU and memory of each pod. Default: requests of 100m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.REPLICAS_OR_AUTOSCALE, message = Rules.REPLICAS_OR_AUTOSCALE_MESSAGE)
public record ChannelWorkersSpec(
        @Nullable @Size(max = 32) List<@Size(min = 1, max = 100) String> channels,
        @Nullable @Min(0) @Max(1000) Integer replicas,
        @Nullable AutoscaleSpec autoscale,
        @Nullable @Min(0) @Max(86400) Integer drainSeconds,
        @Nullable @Size(max = 64) List<@Size(max = 4096) String> args,
        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {}
