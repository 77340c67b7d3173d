package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one environment.
 *
 * @param domain applications that name no host answer at {@code NAME.DOMAIN}.
 * @param ingress how the sites are reached from outside.
 * @param postgres where the applications' databases are.
 * @param redis the Redis of applications that ask for one.
 * @param web defaults for the web processes.
 * @param deletionPolicy the default for applications. Default: Retain.
 * @param rabbitmq the RabbitMQ of applications that ask for one.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DjangoEnvironmentSpec(
        @Nullable @Size(min = 1, max = 200) String domain,
        @Nullable IngressChoice ingress,
        @Required PostgresChoice postgres,
        @Nullable RedisChoice redis,
        @Nullable WebSpec web,
        @Nullable DeletionPolicy deletionPolicy,
        @Nullable RabbitmqChoice rabbitmq) {}
