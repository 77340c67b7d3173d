package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a PostgreSQL server is now.
 *
 * @param host the name under which it is reached inside the cluster.
 * @param port its port.
 * @param adminSecret the Secret with the administrator's {@code username} and {@code password}.
 * @param observedGeneration the generation of the spec that this status speaks of.
 * @param conditions Ready.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PostgresServerStatus(
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String adminSecret,
        @Nullable Long observedGeneration,
        @Nullable List<Condition> conditions) {
    public static final PostgresServerStatus EMPTY = new PostgresServerStatus(null, null, null, null, null);
}
