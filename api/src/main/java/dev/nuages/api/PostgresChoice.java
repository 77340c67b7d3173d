package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where the applications' databases are: exactly one of the members is given, and it stays that one.
 *
 * @param local each application gets a PostgresServer of its own, in this cluster.
 * @param server the name of a PostgresServer that stands in each application's namespace, shared by the applications
 *     there. Cannot be changed later.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.local) != has(self.server)", message = "postgres needs exactly one of: local, server")
@ValidationRule(
        value = "has(self.server) == has(oldSelf.server) && (!has(self.server) || self.server == oldSelf.server)",
        message = "postgres cannot be exchanged for another, for the applications' data would stay behind: make a new"
                + " DjangoEnvironment, and new DjangoApps that name it")
public record PostgresChoice(
        @Nullable LocalPostgres local,
        @Nullable @Size(min = 1, max = 63) String server) {}
