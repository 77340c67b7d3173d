package dev.nuages.core.djangoapp;

import dev.nuages.api.AppDurableRedisSpec;
import dev.nuages.api.AppRabbitmqSpec;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.LocalRabbitmq;
import dev.nuages.api.LocalRedis;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseSpec;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.PostgresServerSpec;
import dev.nuages.api.RabbitmqChoice;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RabbitmqVhostSpec;
import dev.nuages.api.RedisChoice;
import dev.nuages.api.RedisInstance;
import dev.nuages.api.RedisInstanceSpec;
import dev.nuages.core.Conditions;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Upkeep;
import dev.nuages.core.djangoapp.DjangoAppObserved.Nested;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The objects of our own kinds that an application asks for; their own controllers keep what they promise. */
final class Nesting {
    /** Why one of them will never be ready by itself. */
    static final Set<String> HOPELESS = Set.of(
            "NameTaken",
            "RoleTaken",
            "DatabaseTaken",
            "VhostTaken",
            "UserTaken",
            "AdminSecretLost",
            "DatabaseRefused",
            "NotOffered");

    static final String DATABASE_READY = "DatabaseReady";
    static final String REDIS_READY = "RedisReady";
    static final String DURABLE_REDIS_READY = "DurableRedisReady";
    static final String BROKER_READY = "BrokerReady";

    /** All conditions that speak of a need, also of one that there is no more. */
    static final List<String> CONDITIONS = List.of(DATABASE_READY, REDIS_READY, DURABLE_REDIS_READY, BROKER_READY);

    private static final Quantity DURABLE_STORAGE = new Quantity("1Gi");

    private Nesting() {}

    /** All that an application may ask for. */
    static List<ObjectRef> names(DjangoApp app) {
        var namespace = app.getMetadata().getNamespace();
        var names = AppNames.of(app);
        return List.of(
                new ObjectRef(PostgresServer.class, namespace, names.app()),
                new ObjectRef(PostgresDatabase.class, namespace, names.app()),
                new ObjectRef(RedisInstance.class, namespace, names.app()),
                new ObjectRef(RedisInstance.class, namespace, names.durableRedis()),
                new ObjectRef(RabbitmqVhost.class, namespace, names.app()));
    }

    /** How one of them stands, as a condition of the application. */
    record Need(String type, boolean ready, String reason, String message) {
        boolean hopeless() {
            return HOPELESS.contains(reason);
        }
    }

    /** @param stopped whether the servers are to end too, which they may when nobody uses them any more */
    static void keep(Wish wish, boolean stopped, Nested seen, Upkeep upkeep) {
        var app = wish.app();
        var name = app.getMetadata().getName();
        var postgres = wish.environment().postgres();
        if (postgres.local() != null) {
            var server = new PostgresServer();
            server.setMetadata(Ownership.owned(app, name, Map.of()));
            server.setSpec(new PostgresServerSpec(postgres.local(), wish.deletionPolicy(), yes(stopped)));
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
        redis(wish, name, stopped, cache(wish)).ifPresent(redis -> upkeep.keep(redis, seen.redis()));
        redis(wish, wish.names().durableRedis(), stopped, durable(wish))
                .ifPresent(redis -> upkeep.keep(redis, seen.durable()));
        keepRabbit(wish, stopped, seen.rabbit(), upkeep);
    }

    /** Takes away what is not asked for any more. Only when nobody is left who works with it. */
    static void forget(Wish wish, Nested seen, Upkeep upkeep) {
        superfluous(wish, seen).forEach(object -> upkeep.gone(Optional.of(object)));
    }

    /** What is there, not being deleted, and not asked for any more. */
    static List<HasMetadata> superfluous(Wish wish, Nested seen) {
        return Stream.<Optional<? extends HasMetadata>>of(
                        seen.rabbit().filter(vhost -> !wish.rabbitIsBroker()),
                        seen.redis().filter(redis -> wish.app().getSpec().redis() == null),
                        seen.durable().filter(redis -> !wish.needsDurableRedis()))
                .<HasMetadata>flatMap(Optional::stream)
                .filter(object -> Ownership.ours(object, wish.app()))
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static void keepRabbit(Wish wish, boolean stopped, Optional<RabbitmqVhost> seen, Upkeep upkeep) {
        if (!wish.rabbitIsBroker()) {
            return;
        }
        Optional.ofNullable(wish.environment().rabbitmq())
                .map(RabbitmqChoice::local)
                .map(local -> sized(local, wish.app().getSpec().rabbitmq()))
                .ifPresent(local -> {
                    var vhost = new RabbitmqVhost();
                    vhost.setMetadata(Ownership.owned(wish.app(), wish.names().app(), Map.of()));
                    vhost.setSpec(new RabbitmqVhostSpec(local, null, null, wish.deletionPolicy(), yes(stopped)));
                    upkeep.keep(vhost, seen);
                });
    }

    private static LocalRabbitmq sized(LocalRabbitmq local, @Nullable AppRabbitmqSpec own) {
        return own == null || own.resources() == null
                ? local
                : new LocalRabbitmq(
                        local.image(),
                        local.storage(),
                        local.storageClassName(),
                        own.resources(),
                        local.consumerTimeoutSeconds(),
                        local.pods());
    }

    private static Optional<RedisInstance> redis(Wish wish, String name, boolean stopped, Optional<LocalRedis> local) {
        return local.map(spec -> {
            var redis = new RedisInstance();
            redis.setMetadata(Ownership.owned(wish.app(), name, Map.of()));
            redis.setSpec(new RedisInstanceSpec(spec, wish.deletionPolicy(), yes(stopped)));
            return redis;
        });
    }

    /** What is not so is left out. */
    private static @Nullable Boolean yes(boolean so) {
        return so ? true : null;
    }

    static List<Need> needs(Wish wish, Nested seen) {
        var needs = new ArrayList<Need>();
        needs.add(need(
                DATABASE_READY,
                seen.database(),
                seen.database().map(PostgresDatabase::getStatus).map(status -> status.conditions()),
                "PostgresDatabase"));
        if (wish.app().getSpec().redis() != null) {
            needs.add(redis(wish, REDIS_READY, seen.redis(), "the application asks for a Redis"));
        }
        if (wish.needsDurableRedis()) {
            needs.add(redis(
                    wish,
                    DURABLE_REDIS_READY,
                    seen.durable(),
                    "websockets, channelWorkers, RedBeat and Redis as broker need a Redis"));
        }
        if (wish.rabbitIsBroker()) {
            needs.add(
                    wish.environment().rabbitmq() == null
                            ? notOffered(
                                    wish,
                                    BROKER_READY,
                                    "celery needs a RabbitMQ",
                                    "spec.rabbitmq, or set celery.broker to Redis")
                            : need(
                                    BROKER_READY,
                                    seen.rabbit(),
                                    seen.rabbit().map(RabbitmqVhost::getStatus).map(status -> status.conditions()),
                                    "RabbitmqVhost"));
        }
        return needs;
    }

    private static Need notOffered(Wish wish, String type, String who, String remedy) {
        return new Need(
                type,
                false,
                "NotOffered",
                who + ", but DjangoEnvironment " + Wish.environmentName(wish.app()) + " offers none: give it "
                        + remedy);
    }

    private static Need redis(Wish wish, String type, Optional<RedisInstance> seen, String who) {
        return offered(wish).isEmpty()
                ? notOffered(wish, type, who, "spec.redis, or take that out of the application")
                : need(
                        type,
                        seen,
                        seen.map(RedisInstance::getStatus).map(status -> status.conditions()),
                        "RedisInstance");
    }

    /**
     * The database's identity; empty while it cannot be used. Of an application that was stopped, whose server does not run
     * either, it is the last one that was known; not so while a migration runs, which needs the database itself.
     */
    static Optional<String> databaseId(Wish wish, Nested seen, DjangoAppStatus before) {
        return seen.database()
                .filter(database -> database.getStatus() != null
                        && ((wish.stopped() && !Migration.runs(before.migration()))
                                || Conditions.isTrue(
                                        database.getStatus().conditions(),
                                        "Ready",
                                        database.getMetadata().getGeneration())))
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

    /** A Redis whose pod is killed before it is full. */
    static List<String> problems(Wish wish) {
        return Stream.of(
                        cache(wish).flatMap(redis -> tooLarge("redis", redis)),
                        durable(wish).flatMap(redis -> tooLarge("durableRedis", redis)))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> tooLarge(String field, LocalRedis redis) {
        var maxMemory = Optional.ofNullable(redis.maxMemory()).orElse(new Quantity(LocalRedis.DEFAULT_MAX_MEMORY));
        return Optional.ofNullable(redis.resources())
                .map(ResourceRequirements::getLimits)
                .map(limits -> limits.get("memory"))
                .filter(limit -> maxMemory.compareTo(limit) >= 0)
                .map(limit -> field + ".maxMemory is " + maxMemory + ", and its pod is killed at " + limit
                        + ", before that is full: let resources.limits.memory of " + field + " be larger");
    }

    private static Optional<LocalRedis> offered(Wish wish) {
        return Optional.ofNullable(wish.environment().redis()).map(RedisChoice::local);
    }

    /** Empty if it is not asked for, or not offered. */
    private static Optional<LocalRedis> cache(Wish wish) {
        var asked = wish.app().getSpec().redis();
        if (asked == null) {
            return Optional.empty();
        }
        return offered(wish)
                .map(local -> new LocalRedis(
                        local.image(),
                        Optional.ofNullable(asked.maxMemory()).orElse(local.maxMemory()),
                        local.eviction(),
                        local.storage(),
                        local.storageClassName(),
                        Optional.ofNullable(asked.resources()).orElse(local.resources()),
                        local.pods()));
    }

    /** For tasks, locks and messages: nothing in it may be forgotten, also not when its pod goes. */
    private static Optional<LocalRedis> durable(Wish wish) {
        var own = Optional.ofNullable(wish.app().getSpec().durableRedis()).orElse(new AppDurableRedisSpec(null, null));
        return offered(wish)
                .filter(local -> wish.needsDurableRedis())
                .map(local -> new LocalRedis(
                        local.image(),
                        Optional.ofNullable(own.maxMemory()).orElse(local.maxMemory()),
                        LocalRedis.Eviction.Never,
                        Optional.ofNullable(local.storage()).orElse(DURABLE_STORAGE),
                        local.storageClassName(),
                        Optional.ofNullable(own.resources()).orElse(local.resources()),
                        local.pods()));
    }
}
