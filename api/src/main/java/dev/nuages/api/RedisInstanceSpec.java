package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis comes from: exactly one of the members is given.
 *
 * @param local a Redis in this cluster.
 * @param deletionPolicy what becomes of the volume (where it has one) and the generated password when this object is
 *     deleted. Default: Retain.
 * @param stopped ends the pod and keeps the volume where it has one; without, what it holds is gone. Default: false.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.local)", message = "a RedisInstance needs exactly one of: local")
public record RedisInstanceSpec(
        @Nullable LocalRedis local,
        @Nullable DeletionPolicy deletionPolicy,
        @Nullable Boolean stopped) {}
