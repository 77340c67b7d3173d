package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * The RabbitMQ of an application.
 *
 * @param resources CPU and memory of its pod. Publishers are held up at 60% of the memory limit. Default: the
 *     environment's.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AppRabbitmqSpec(@Nullable ResourceRequirements resources) {}
