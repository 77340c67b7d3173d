package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * The application's own Redis.
 *
 * @param maxMemory how much data it may hold, such as {@code 256Mi}. Default: the environment's, else 64Mi.
 * @param resources CPU and memory of its pod, which must hold {@code maxMemory} and what Redis needs beside. Default: the
 *     environment's.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AppRedisSpec(
        @Nullable @ValidationRule(value = Rules.SIZE, message = "maxMemory" + Rules.SIZE_MESSAGE)
        Quantity maxMemory,

        @Nullable ResourceRequirements resources) {}
