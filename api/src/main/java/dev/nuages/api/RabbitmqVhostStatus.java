package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a vhost is now.
 *
 * @param vhost its name, which is its user's too.
 * @param host the name under which applications reach its RabbitMQ.
 * @param port the port of AMQP there.
 * @param secret the Secret that says how to reach it: host, port, vhost, username, password, url and managementUrl.
 * @param observedGeneration the generation of the spec that this status speaks of.
 * @param unconsumed the queues in which messages wait and from which nobody takes any, by their names; of many the first
 *     20, and none where that is not known.
 * @param conditions Ready, and Consumed: whether each queue in which messages wait has somebody who takes them.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RabbitmqVhostStatus(
        @Nullable String vhost,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String secret,
        @Nullable Long observedGeneration,
        @Nullable List<UnconsumedQueue> unconsumed,
        @Nullable List<Condition> conditions) {
    public static final RabbitmqVhostStatus EMPTY = new RabbitmqVhostStatus(null, null, null, null, null, null, null);
}
