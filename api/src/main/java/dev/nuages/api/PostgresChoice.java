package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where the applications' databases are: exactly one of the members is given.
 *
 * @param local each application gets a PostgresServer of its own, in this cluster.
 * @param server the name of a PostgresServer that stands in each application's namespace, shared by the applications
 *     there.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.local) != has(self.server)", message = "postgres needs exactly one of: local, server")
public record PostgresChoice(
        @Nullable LocalPostgres local,
        @Nullable @Size(min = 1, max = 63) String server) {}
