package dev.nuages.core.djangoapp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nuages.api.CelerySpec;
import dev.nuages.api.MediaBucket;
import dev.nuages.core.Hashes;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Django is told: environment variables by the names that django-environ and dj-database-url made standard, and
 * the same in one YAML file, with the application's own {@code config} merged over it.
 *
 * @param variables for the environment
 * @param file the YAML file
 * @param hashes say nothing of the values, but change with them
 * @param clashes what the application sets that Nuages sets too, each as a sentence
 */
record Config(Map<String, String> variables, String file, ConfigHashes hashes, List<String> clashes) {
    static final String FOLDER = "/etc/nuages";
    static final String FILE = "config.yaml";
    static final String SECRET_KEY_KEY = "secret-key";
    static final String HOSTS_KEY = "ALLOWED_HOSTS";

    /** Celery's own default for Redis: a task that takes longer is given to a second worker. */
    private static final int VISIBILITY_SECONDS = 3600;

    /** What is secret in it. */
    static final List<String> CREDENTIALS = List.of(
            "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "CHANNEL_LAYER_URL", "REDBEAT_REDIS_URL");

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build());
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The databases of the Redis that never evicts. */
    private enum Durable {
        broker(0),
        channels(1),
        schedule(2);

        private final int number;

        Durable(int number) {
            this.number = number;
        }

        String in(String url) {
            return url.replaceFirst("/0$", "/" + number);
        }
    }

    /** The configuration; empty while a Secret that it needs is not there. */
    static Optional<Config> render(Wish wish, DjangoAppObserved seen) {
        var secretKey = seen.configured()
                .secretKey()
                .filter(secret -> Ownership.ours(secret, wish.app()))
                .flatMap(s -> Secrets.text(s, SECRET_KEY_KEY));
        var nested = seen.nested();
        var database = url(nested.databaseConnection());
        var cache = url(nested.redisConnection());
        var durable = url(nested.durableConnection());
        var rabbit = url(nested.rabbitConnection());
        if (secretKey.isEmpty()
                || database.isEmpty()
                || (wish.app().getSpec().redis() != null && cache.isEmpty())
                || (wish.needsDurableRedis() && durable.isEmpty())
                || (wish.rabbitIsBroker() && rabbit.isEmpty())) {
            return Optional.empty();
        }
        var values = new LinkedHashMap<String, Object>();
        values.put("SECRET_KEY", secretKey.get());
        values.put("DEBUG", false);
        values.put(HOSTS_KEY, wish.hosts());
        values.put(
                "CSRF_TRUSTED_ORIGINS", wish.hosts().stream().map(wish::origin).toList());
        values.put("DATABASE_URL", database.get());
        if (wish.app().getSpec().redis() != null) {
            values.put("REDIS_URL", cache.orElseThrow());
        }
        celery(wish, durable, rabbit, values);
        if (wish.usesChannels()) {
            values.put("CHANNEL_LAYER_URL", Durable.channels.in(durable.orElseThrow()));
            values.put("CHANNEL_LAYER_PREFIX", prefix(wish) + "channels:");
        }
        files(wish, values);
        return Optional.of(of(wish, seen, values, secretKey.get()));
    }

    private static Config of(Wish wish, DjangoAppObserved seen, Map<String, Object> values, String key) {
        var variables = new LinkedHashMap<String, String>();
        values.forEach((name, value) -> variables.put(name, asVariable(value)));
        var clashes = Clashes.of(wish, seen, values.keySet());
        var merged = new LinkedHashMap<String, @Nullable Object>(values);
        // Who reads the file before the environment, as nuages_django does, would else never see the application's own.
        merged.keySet().removeAll(Clashes.variables(wish, seen));
        new TreeMap<>(Optional.ofNullable(wish.app().getSpec().config()).orElse(Map.of()))
                .forEach((name, value) -> merged.put(name, over(merged.get(name), value)));
        var file = yaml(merged);
        // A cloud gives a pod its role when it starts.
        var role = Optional.ofNullable(wish.processes().pods().serviceAccountAnnotations())
                .map(Config::yaml)
                .orElse("");
        var all = file + yaml(variables) + yaml(held(References.common(wish), seen)) + role;
        var own = new TreeMap<String, String>();
        References.own(wish)
                .forEach((component, uses) -> own.put(component, hash(key, yaml(held(uses.stream(), seen)))));
        return new Config(variables, file, new ConfigHashes(hash(key, all), own), clashes);
    }

    /** An application's own value over ours, also none, Django's None: of two maps ours keeps what its own does not name. */
    private static @Nullable Object over(@Nullable Object ours, @Nullable Object own) {
        if (ours instanceof Map<?, ?> all && own instanceof Map<?, ?> some) {
            var both = new LinkedHashMap<Object, Object>(all);
            both.putAll(some);
            return both;
        }
        return own;
    }

    private static void celery(
            Wish wish, Optional<String> durable, Optional<String> rabbit, Map<String, Object> values) {
        wish.celery().ifPresent(celery -> {
            if (wish.redisIsBroker()) {
                values.put("CELERY_BROKER_URL", Durable.broker.in(durable.orElseThrow()));
                values.put("CELERY_BROKER_TRANSPORT_OPTIONS", Map.of("visibility_timeout", visibilitySeconds(celery)));
            } else {
                values.put("CELERY_BROKER_URL", rabbit.orElseThrow());
            }
            if (wish.usesRedBeat()) {
                values.put("REDBEAT_REDIS_URL", Durable.schedule.in(durable.orElseThrow()));
                // With its colon, which RedBeat puts before its own names (sibson/redbeat's README).
                values.put("REDBEAT_KEY_PREFIX", prefix(wish) + "redbeat:");
            }
        });
    }

    /** After how long a Redis gives a task that nobody has ended to a second worker. */
    static int visibilitySeconds(CelerySpec celery) {
        return Optional.ofNullable(celery.visibilityTimeoutSeconds()).orElse(VISIBILITY_SECONDS);
    }

    private static void files(Wish wish, Map<String, Object> values) {
        Optional.ofNullable(wish.processes().staticFiles())
                .ifPresent(spec -> values.put("STATIC_URL", StaticFiles.path(spec) + "/"));
        Optional.ofNullable(wish.processes().media()).ifPresent(media -> {
            if (media.volume() != null) {
                values.put("MEDIA_URL", StaticFiles.path(media) + "/");
                values.put("MEDIA_ROOT", DjangoPod.MEDIA_FOLDER);
            } else if (media.s3() != null) {
                bucket(media.s3(), values);
            }
        });
    }

    private static void bucket(MediaBucket bucket, Map<String, Object> values) {
        values.put("AWS_STORAGE_BUCKET_NAME", bucket.bucket());
        Optional.ofNullable(bucket.region()).ifPresent(region -> values.put("AWS_S3_REGION_NAME", region));
        Optional.ofNullable(bucket.endpoint()).ifPresent(endpoint -> values.put("AWS_S3_ENDPOINT_URL", endpoint));
    }

    /** Unique to the application: several may share a Redis some day. */
    private static String prefix(Wish wish) {
        return wish.app().getMetadata().getNamespace() + ":" + wish.names().app() + ":";
    }

    private static String hash(String key, String text) {
        return Hashes.keyed(key, text).substring(0, 16);
    }

    /** What the Secrets and ConfigMaps of others hold that pods read. */
    private static Map<String, Map<String, String>> held(Stream<References.Use> uses, DjangoAppObserved seen) {
        var all = new TreeMap<String, Map<String, String>>();
        uses.forEach(use -> Optional.ofNullable(seen.references().get(use.object()))
                .ifPresent(data -> all.computeIfAbsent(use.object().toString(), object -> new TreeMap<>())
                        .putAll(use.read(data))));
        return all;
    }

    /** The Secret with the environment variables. */
    Secret environmentSecret(Wish wish, AppNames.Configuration names) {
        return Secrets.of(Ownership.owned(wish.app(), names.environment(), Map.of()), variables);
    }

    /** The Secret with the file. */
    Secret fileSecret(Wish wish, AppNames.Configuration names) {
        return Secrets.of(Ownership.owned(wish.app(), names.file(), Map.of()), Map.of(FILE, file));
    }

    /**
     * What those are to read who read on what was configured before, where that leads nowhere any more: the same with the
     * passwords that are in it by now, or this configuration where there is none. Empty where it is good. That another
     * server is to be used is no such case.
     */
    Optional<Config> overdue(DjangoAppObserved.Configuration before) {
        if (before.environment().isEmpty() || before.file().isEmpty()) {
            return Optional.of(this);
        }
        var held = new LinkedHashMap<>(Secrets.texts(before.environment().get()));
        var text = Secrets.text(before.file().get(), FILE).orElse("");
        var changed = false;
        for (var name : CREDENTIALS) {
            var was = held.get(name);
            var is = variables.get(name);
            if (was != null && is != null && changed(was, is)) {
                held.put(name, is);
                text = text.replace(was, is);
                changed = true;
            }
        }
        return changed ? Optional.of(new Config(held, text, hashes, clashes)) : Optional.empty();
    }

    /** What pods are to be marked with that read what is held. */
    ConfigHashes marks(DjangoAppObserved.Configuration held) {
        var same = held.environment()
                        .filter(secret -> Secrets.texts(secret).equals(variables))
                        .isPresent()
                && held.file()
                        .flatMap(secret -> Secrets.text(secret, FILE))
                        .filter(file::equals)
                        .isPresent();
        return same ? hashes : hashes.held();
    }

    /** Whether only what is secret in it is another. */
    private static boolean changed(String before, String now) {
        return !before.equals(now) && withoutPassword(before).equals(withoutPassword(now));
    }

    private static String withoutPassword(String value) {
        return value.contains("://") ? value.replaceFirst(":[^:@/]*@", ":@") : "";
    }

    private static Optional<String> url(Optional<Secret> connection) {
        return connection.flatMap(secret -> Secrets.text(secret, "url"));
    }

    private static String asVariable(Object value) {
        return switch (value) {
            case List<?> list ->
                String.join(",", list.stream().map(Object::toString).toList());
            case Map<?, ?> map -> json(map);
            default -> value.toString();
        };
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers are JSON", e);
        }
    }

    private static String yaml(Map<String, ?> values) {
        try {
            return YAML.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON is YAML", e);
        }
    }
}
