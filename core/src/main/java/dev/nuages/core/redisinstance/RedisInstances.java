package dev.nuages.core.redisinstance;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.LocalRedis;
import dev.nuages.api.RedisInstance;
import dev.nuages.api.RedisInstanceStatus;
import dev.nuages.core.Conditions;
import dev.nuages.core.Containers;
import dev.nuages.core.Hashes;
import dev.nuages.core.Kind;
import dev.nuages.core.LocalServer;
import dev.nuages.core.Lookup;
import dev.nuages.core.Ownership;
import dev.nuages.core.PercentEncoding;
import dev.nuages.core.Plan;
import dev.nuages.core.PodTrouble;
import dev.nuages.core.Secrets;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Redis: its password, its configuration, its StatefulSet, its Service, and the Secret that leads to it. */
public final class RedisInstances implements Kind<RedisInstance, RedisInstanceStatus, RedisInstanceObserved> {
    public static final int PORT = 6379;

    /** The user of Docker's official image, in its Debian variant. */
    private static final long USER_ID = 999;

    private static final String DEFAULT_IMAGE = "docker.io/library/redis:7";
    private static final String CONFIG_FOLDER = "/etc/nuages/redis";
    private static final String DATA_FOLDER = "/data";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    @Override
    public Class<RedisInstance> type() {
        return RedisInstance.class;
    }

    @Override
    public List<Class<? extends HasMetadata>> makes() {
        return List.of(Secret.class, Service.class, StatefulSet.class);
    }

    @Override
    public RedisInstanceObserved observe(RedisInstance redis, Lookup lookup) {
        var namespace = redis.getMetadata().getNamespace();
        var statefulSet = lookup.find(StatefulSet.class, namespace, local(redis).name());
        return new RedisInstanceObserved(
                lookup.find(Secret.class, namespace, passwordSecret(redis)),
                lookup.find(Secret.class, namespace, configSecret(redis)),
                lookup.find(Secret.class, namespace, connectionSecret(redis)),
                lookup.find(Service.class, namespace, local(redis).name()),
                statefulSet,
                local(redis).pod(lookup),
                statefulSet.flatMap(set -> PodTrouble.refused(set, lookup)));
    }

    @Override
    public Plan<RedisInstanceStatus> plan(RedisInstance redis, RedisInstanceObserved seen, Instant now) {
        var before = Optional.ofNullable(redis.getStatus()).orElse(RedisInstanceStatus.EMPTY);
        if (redis.getMetadata().getDeletionTimestamp() != null) {
            return new Plan<>(List.of(), List.of(), before, Optional.empty());
        }
        var upkeep = new Upkeep(redis, Conditions.isTrue(before.conditions(), "Ready", null));
        upkeep.generate(
                Secrets.of(Ownership.generated(redis, passwordSecret(redis), policy(redis)), Map.of()),
                seen.password(),
                Map.of("password", Secrets.PASSWORD_LENGTH));
        upkeep.keep(local(redis).service(), seen.service());
        var password = seen.password()
                .filter(secret -> Ownership.ours(secret, redis))
                .flatMap(secret -> Secrets.text(secret, "password"));
        var up = password.isPresent() && keepServer(redis, password.get(), seen, upkeep);
        var taken = upkeep.taken();
        var ready = taken.isEmpty() && up;
        var conditions = new Conditions(before.conditions(), redis.getMetadata().getGeneration(), now);
        if (!taken.isEmpty()) {
            conditions.set(
                    "Ready",
                    false,
                    "NameTaken",
                    String.join(", ", taken) + " exists and was not made for this Redis: rename or delete it");
        } else if (ready) {
            conditions.set("Ready", true, "Answering", "the Redis answers");
        } else if (stopped(redis)) {
            conditions.set("Ready", false, "Stopped", LocalServer.STOPPED);
        } else {
            conditions.set("Ready", false, "Starting", local(redis).waiting(seen.pod(), seen.refused()));
        }
        var status = new RedisInstanceStatus(
                host(redis), PORT, connectionSecret(redis), redis.getMetadata().getGeneration(), conditions.list());
        return new Plan<>(
                upkeep.confirmations(),
                upkeep.effects(),
                status,
                ready || stopped(redis) ? Optional.empty() : Optional.of(LOOK_AGAIN));
    }

    /** Keeps what needs the password; answers whether the server runs as it is wanted, and answers. */
    private static boolean keepServer(RedisInstance redis, String password, RedisInstanceObserved seen, Upkeep upkeep) {
        var config = config(redis, password);
        upkeep.keep(
                Secrets.of(Ownership.owned(redis, configSecret(redis), Map.of()), Map.of("redis.conf", config)),
                seen.config());
        upkeep.keep(connection(redis, password), seen.connection());
        var set = statefulSet(redis, Hashes.keyed(password, config).substring(0, 16));
        return upkeep.keep(set, seen.statefulSet())
                && seen.statefulSet().filter(LocalServer::ready).isPresent();
    }

    private static String config(RedisInstance redis, String password) {
        var spec = spec(redis);
        var bytes = Quantity.getAmountInBytes(
                        Optional.ofNullable(spec.maxMemory()).orElse(new Quantity(LocalRedis.DEFAULT_MAX_MEMORY)))
                .toBigInteger();
        var eviction = Optional.ofNullable(spec.eviction()).orElse(LocalRedis.Eviction.AllKeysLru);
        var lines = new ArrayList<>(List.of(
                "bind * -::*",
                "protected-mode yes",
                "requirepass " + quoted(password),
                "dir " + DATA_FOLDER,
                "maxmemory " + bytes,
                "maxmemory-policy "
                        + switch (eviction) {
                            case AllKeysLru -> "allkeys-lru";
                            case Never -> "noeviction";
                        }));
        lines.addAll(spec.storage() == null ? List.of("save \"\"", "appendonly no") : List.of("appendonly yes"));
        return String.join("\n", lines) + "\n";
    }

    /** As redis.conf has a text that is not of letters and digits alone: those that it generates are. */
    private static String quoted(String text) {
        if (text.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c))) {
            return text;
        }
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    private static Secret connection(RedisInstance redis, String password) {
        var texts = new LinkedHashMap<String, String>();
        texts.put("host", host(redis));
        texts.put("port", String.valueOf(PORT));
        texts.put("password", password);
        texts.put("url", "redis://:" + PercentEncoding.of(password) + "@" + host(redis) + ":" + PORT + "/0");
        return Secrets.of(Ownership.owned(redis, connectionSecret(redis), Map.of()), texts);
    }

    private static StatefulSet statefulSet(RedisInstance redis, String configHash) {
        var spec = spec(redis);
        var volumes = new ArrayList<Volume>();
        volumes.add(Containers.secretVolume("config", configSecret(redis)));
        volumes.add(Containers.emptyDir("tmp"));
        var storage = Optional.ofNullable(spec.storage())
                .map(size -> new LocalServer.Storage(size, spec.storageClassName(), policy(redis)));
        if (storage.isEmpty()) {
            volumes.add(Containers.emptyDir(LocalServer.DATA));
        }
        return local(redis)
                .statefulSet(container(redis, spec), volumes, configHash, stopped(redis), storage, spec.pods());
    }

    private static Container container(RedisInstance redis, LocalRedis spec) {
        return new ContainerBuilder()
                .withName("redis")
                .withImage(Optional.ofNullable(spec.image()).orElse(DEFAULT_IMAGE))
                .withArgs("redis-server", CONFIG_FOLDER + "/redis.conf")
                .withEnv(new EnvVarBuilder()
                        .withName("REDISCLI_AUTH")
                        .withNewValueFrom()
                        .withNewSecretKeyRef("password", passwordSecret(redis), null)
                        .endValueFrom()
                        .build())
                .addNewPort()
                .withName("redis")
                .withContainerPort(PORT)
                .endPort()
                .withResources(Optional.ofNullable(spec.resources()).orElse(Containers.requests("50m", "64Mi")))
                .withSecurityContext(Containers.restricted())
                .withStartupProbe(ping(1, LocalServer.STARTS_WITHIN_SECONDS))
                .withReadinessProbe(Containers.takesConnections("redis"))
                // The kernel takes a connection for a server that hangs; this needs an answer.
                .withLivenessProbe(ping(30, 4))
                .withVolumeMounts(
                        Containers.mount("config", CONFIG_FOLDER),
                        Containers.mount(LocalServer.DATA, DATA_FOLDER),
                        Containers.mount("tmp", "/tmp"))
                .build();
    }

    private static Probe ping(int everySeconds, int failures) {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand("redis-cli", "-e", "ping")
                .endExec()
                .withPeriodSeconds(everySeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }

    private static LocalServer local(RedisInstance redis) {
        return new LocalServer(redis, redis.getMetadata().getName() + "-redis", "redis", PORT, USER_ID);
    }

    private static String host(RedisInstance redis) {
        return local(redis).name() + "." + redis.getMetadata().getNamespace() + ".svc";
    }

    private static LocalRedis spec(RedisInstance redis) {
        return Optional.ofNullable(redis.getSpec().local()).orElse(LocalRedis.EMPTY);
    }

    private static boolean stopped(RedisInstance redis) {
        return Boolean.TRUE.equals(redis.getSpec().stopped());
    }

    private static DeletionPolicy policy(RedisInstance redis) {
        return Optional.ofNullable(redis.getSpec().deletionPolicy()).orElse(DeletionPolicy.Retain);
    }

    private static String passwordSecret(RedisInstance redis) {
        return redis.getMetadata().getName() + "-redis-password";
    }

    private static String configSecret(RedisInstance redis) {
        return redis.getMetadata().getName() + "-redis-config";
    }

    private static String connectionSecret(RedisInstance redis) {
        return redis.getMetadata().getName() + "-redis";
    }
}
