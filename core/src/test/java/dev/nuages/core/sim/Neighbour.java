package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The controller of PostgresDatabases as an application knows it: in one step it makes the Secret that leads to the
 * database, and says that it is ready. Its own plans are searched by themselves.
 */
final class DatabaseNeighbour implements Actor {
    /** Which database it is; another value is another, empty, database. */
    static final String ID_ANNOTATION = "database-id";

    private final Pool pool;
    private final ApiServer server;

    DatabaseNeighbour(Pool pool, ApiServer server) {
        this.pool = pool;
        this.server = server;
    }

    @Override
    public void act(State state, Consumer<Step> may) {
        for (var database : state.cluster().ofType(PostgresDatabase.class)) {
            var connection = connection(database);
            var there = state.cluster().find(ObjectRef.of(connection));
            // One that is left of a former database of this name must be gone before.
            if (database.deleting()
                    || there.filter(secret -> !secret.owners().contains(database.uid()))
                            .isPresent()) {
                continue;
            }
            var ready = pool.edit(database, "ready", DatabaseNeighbour::ready);
            if (ready != database || there.isEmpty()) {
                may.accept(new Step(
                        Who.NEIGHBOUR,
                        "the controller of " + database + " makes it ready",
                        state.with(server.create(state.cluster().with(ready), connection))));
            }
        }
    }

    private static Secret connection(Stored database) {
        return Secrets.of(
                Ownership.owned(database.object(), database.ref().name() + "-database", Map.of()),
                Map.of("url", "postgres://mysite:secret@db:5432/mysite"));
    }

    private static void ready(ObjectNode json) {
        var id = json.at("/metadata/annotations/" + ID_ANNOTATION).asText("database-1");
        var status = json.putObject("status").put("databaseId", id.isEmpty() ? "database-1" : id);
        status.withArray("/conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True")
                .put("reason", "Usable")
                .put("message", "the database can be used")
                .put("observedGeneration", json.at("/metadata/generation").asLong())
                .put("lastTransitionTime", "2026-01-01T00:00:00Z");
    }
}
