package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a database is now.
 *
 * @param database its name, which is its owner role's too.
 * @param databaseId which database it is: another id is another, and empty, database, even under the same name.
 * @param secret the Secret that says how to reach it: host, port, dbname, username, password and url.
 * @param maxConnections how many connections the server takes at once, of all its databases' users together, as it said
 *     when it was last asked: its {@code max_connections} less what it keeps for administrators.
 * @param observedGeneration the generation of the spec that this status speaks of.
 * @param conditions Ready.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PostgresDatabaseStatus(
        @Nullable String database,
        @Nullable String databaseId,
        @Nullable String secret,
        @Nullable Integer maxConnections,
        @Nullable Long observedGeneration,
        @Nullable List<Condition> conditions) {
    public static final PostgresDatabaseStatus EMPTY = new PostgresDatabaseStatus(null, null, null, null, null, null);
}
