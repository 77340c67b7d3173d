package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL server comes from: exactly one of the members is given.
 *
 * @param local a server in this cluster: a StatefulSet with a volume.
 * @param deletionPolicy what becomes of the volume and the administrator's Secret when this object is deleted. Default:
 *     Retain.
 * @param stopped ends the pod and keeps the data. Default: false.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.local)", message = "a PostgresServer needs exactly one of: local")
public record PostgresServerSpec(
        @Nullable LocalPostgres local,
        @Nullable DeletionPolicy deletionPolicy,
        @Nullable Boolean stopped) {}
