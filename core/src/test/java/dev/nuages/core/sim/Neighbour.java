package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The controller of another kind as an application knows it: in one step it makes the Secret that leads to what the
 * object promises, and says that it is ready. Its own plans are searched by themselves.
 */
final class Neighbour implements Actor {
    /** Which database it is; another value is another, empty, database. */
    static final String ID_ANNOTATION = "database-id";

    private final Pool pool;
    private final ApiServer server;
    private final Class<? extends HasMetadata> type;
    private final String suffix;
    private final String url;

    static Neighbour databases(Pool pool, ApiServer server) {
        return new Neighbour(
                pool, server, PostgresDatabase.class, "-database", "postgres://mysite:secret@db:5432/mysite");
    }

    static Neighbour vhosts(Pool pool, ApiServer server) {
        return new Neighbour(pool, server, RabbitmqVhost.class, "-rabbitmq", "amqp://mysite:secret@mq:5672/mysite");
    }

    static Neighbour redises(Pool pool, ApiServer server) {
        return new Neighbour(pool, server, RedisInstance.class, "-redis", "redis://:secret@redis:6379");
    }

    private Neighbour(Pool pool, ApiServer server, Class<? extends HasMetadata> type, String suffix, String url) {
        this.pool = pool;
        this.server = server;
        this.type = type;
        this.suffix = suffix;
        this.url = url;
    }

    @Override
    public void act(State state, Consumer<Step> may) {
        for (var promise : state.cluster().ofType(type)) {
            var connection = connection(promise);
            var there = state.cluster().find(ObjectRef.of(connection));
            // One that is left of a former database of this name must be gone before.
            if (promise.deleting()
                    || there.filter(secret -> !secret.owners().contains(promise.uid()))
                            .isPresent()) {
                continue;
            }
            var ready = pool.edit(promise, "ready", Neighbour::ready);
            if (ready != promise || there.isEmpty()) {
                may.accept(new Step(
                        Who.NEIGHBOUR,
                        "the controller of " + promise + " makes it ready",
                        state.with(server.create(state.cluster().with(ready), connection))));
            }
        }
    }

    private Secret connection(Stored promise) {
        return Secrets.of(
                Ownership.owned(promise.object(), promise.ref().name() + suffix, Map.of()), Map.of("url", url));
    }

    private static void ready(ObjectNode json) {
        var id = json.at("/metadata/annotations/" + ID_ANNOTATION).asText("database-1");
        var status = json.putObject("status");
        if (json.path("kind").asText().equals("PostgresDatabase")) {
            status.put("databaseId", id.isEmpty() ? "database-1" : id);
        }
        if (json.path("kind").asText().equals("RabbitmqVhost")) {
            // Of tasks that nobody takes the application speaks, at rest and once.
            status.withArray("/unconsumed").addObject().put("name", "mail").put("messages", 10);
            condition(json, status, "Consumed", "False", "2025-12-31T00:00:00Z");
        }
        condition(json, status, "Ready", "True", "2026-01-01T00:00:00Z");
    }

    private static void condition(ObjectNode json, ObjectNode status, String type, String value, String since) {
        status.withArray("/conditions")
                .addObject()
                .put("type", type)
                .put("status", value)
                .put("reason", "Said")
                .put("message", "it is so")
                .put("observedGeneration", json.at("/metadata/generation").asLong())
                .put("lastTransitionTime", since);
    }
}
