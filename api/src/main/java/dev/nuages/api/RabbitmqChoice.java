package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where an application's RabbitMQ comes from: exactly one of the members is given.
 *
 * @param local in this cluster.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.local)", message = "rabbitmq needs exactly one of: local")
public record RabbitmqChoice(@Nullable LocalRabbitmq local) {}
