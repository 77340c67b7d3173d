package dev.nuages.core.djangoapp;

import dev.nuages.api.LocalRedis;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseSpec;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.PostgresServerSpec;
import dev.nuages.api.RedisChoice;
import dev.nuages.api.RedisInstance;
import dev.nuages.api.RedisInstanceSpec;
import dev.nuages.core.Conditions;
import dev.nuages.core.Ownership;
import dev.nuages.core.Upkeep;
import dev.nuages.core.djangoapp.DjangoAppObserved.Nested;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The objects of our own kinds that an application asks for; their own controllers keep what they promise. */
final class Nesting {
    /** Why one of them will never be ready by itself. */
    private static final Set<String> HOPELESS =
            Set.of("NameTaken", "RoleTaken", "DatabaseTaken", "AdminSecretLost", "NotOffered");

    private Nesting() {}

    /** How one of them stands, as a condition of the application. */
    record Need(String type, boolean ready, String reason, String message) {
        boolean hopeless() {
            return HOPELESS.contains(reason);
        }
    }

    static void keep(Wish wish, Nested seen, Upkeep upkeep) {
        var app = wish.app();
        var name = app.getMetadata().getName();
        var postgres = wish.environment().postgres();
        if (postgres.local() != null) {
            var server = new PostgresServer();
            server.setMetadata(Ownership.owned(app, name, Map.of()));
            server.setSpec(new PostgresServerSpec(postgres.local(), wish.deletionPolicy()));
            upkeep.keep(server, seen.server());
        }
        var database = new PostgresDatabase();
        database.setMetadata(Ownership.owned(app, name, Map.of()));
        database.setSpec(new PostgresDatabaseSpec(
                Optional.ofNullable(postgres.server()).orElse(name),
                wish.database().name(),
                wish.database().extensions(),
                wish.deletionPolicy()));
        upkeep.keep(database, seen.database());
        if (app.getSpec().redis() == null) {
            upkeep.gone(seen.redis());
        } else {
            localRedis(wish).ifPresent(local -> {
                var redis = new RedisInstance();
                redis.setMetadata(Ownership.owned(app, name, Map.of()));
                redis.setSpec(new RedisInstanceSpec(local, wish.deletionPolicy()));
                upkeep.keep(redis, seen.redis());
            });
        }
    }

    static List<Need> needs(Wish wish, Nested seen) {
        var database = need(
                "DatabaseReady",
                seen.database(),
                seen.database().map(PostgresDatabase::getStatus).map(status -> status.conditions()),
                "PostgresDatabase");
        if (wish.app().getSpec().redis() == null) {
            return List.of(database);
        }
        if (localRedis(wish).isEmpty()) {
            return List.of(
                    database,
                    new Need(
                            "RedisReady",
                            false,
                            "NotOffered",
                            "the application asks for a Redis, but DjangoEnvironment "
                                    + Wish.environmentName(wish.app())
                                    + " offers none: give it spec.redis, or take redis out of the application"));
        }
        return List.of(
                database,
                need(
                        "RedisReady",
                        seen.redis(),
                        seen.redis().map(RedisInstance::getStatus).map(status -> status.conditions()),
                        "RedisInstance"));
    }

    /** The database's identity; empty while it cannot be used. */
    static Optional<String> databaseId(Nested seen) {
        return seen.database()
                .filter(database -> database.getStatus() != null
                        && Conditions.isTrue(
                                database.getStatus().conditions(),
                                "Ready",
                                database.getMetadata().getGeneration()))
                .map(database -> database.getStatus().databaseId());
    }

    private static Need need(
            String type, Optional<? extends HasMetadata> seen, Optional<List<Condition>> conditions, String kind) {
        if (seen.isEmpty()) {
            return new Need(type, false, "Creating", kind + " is being created");
        }
        var metadata = seen.get().getMetadata();
        var ready = conditions.flatMap(all -> Conditions.find(all, "Ready"));
        var what = kind + " " + metadata.getName() + ": ";
        return ready.filter(c -> metadata.getGeneration() == null
                        || metadata.getGeneration().equals(c.getObservedGeneration()))
                .map(c -> new Need(type, c.getStatus().equals("True"), c.getReason(), what + c.getMessage()))
                .orElse(new Need(type, false, "Starting", what + "its controller has not looked at it yet"));
    }

    private static Optional<LocalRedis> localRedis(Wish wish) {
        return Optional.ofNullable(wish.environment().redis())
                .map(RedisChoice::local)
                .map(local -> withMemory(local, wish));
    }

    private static LocalRedis withMemory(LocalRedis local, Wish wish) {
        var asked = wish.app().getSpec().redis();
        var maxMemory = asked == null ? null : asked.maxMemory();
        return new LocalRedis(
                local.image(),
                maxMemory == null ? local.maxMemory() : maxMemory,
                local.eviction(),
                local.storage(),
                local.storageClassName(),
                local.resources());
    }
}
