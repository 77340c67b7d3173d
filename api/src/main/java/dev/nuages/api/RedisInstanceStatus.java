package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Redis is now.
 *
 * @param host the name under which it is reached inside the cluster.
 * @param port its port.
 * @param secret the Secret that says how to reach it: host, port, password and url.
 * @param observedGeneration the generation of the spec that this status speaks of.
 * @param conditions Ready.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RedisInstanceStatus(
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String secret,
        @Nullable Long observedGeneration,
        @Nullable List<Condition> conditions) {
    public static final RedisInstanceStatus EMPTY = new RedisInstanceStatus(null, null, null, null, null);
}
