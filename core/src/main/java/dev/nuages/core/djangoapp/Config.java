package dev.nuages.core.djangoapp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nuages.core.Hashes;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Django is told: environment variables by the names that django-environ and dj-database-url made standard, and
 * the same in one YAML file.
 *
 * @param variables for the environment
 * @param file the YAML file
 * @param hash says nothing of the values, but changes with them
 */
record Config(Map<String, String> variables, String file, String hash) {
    static final String FOLDER = "/etc/nuages";
    static final String FILE = "config.yaml";

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build());

    /** The configuration; empty while a Secret that it needs is not there. */
    static Optional<Config> render(Wish wish, DjangoAppObserved seen) {
        var secretKey = seen.configured()
                .secretKey()
                .filter(secret -> Ownership.ours(secret, wish.app()))
                .flatMap(s -> Secrets.text(s, SECRET_KEY_KEY));
        var database = seen.nested().databaseConnection().flatMap(s -> Secrets.text(s, "url"));
        var redis = seen.nested().redisConnection().flatMap(s -> Secrets.text(s, "url"));
        var wantsRedis = wish.app().getSpec().redis() != null;
        if (secretKey.isEmpty() || database.isEmpty() || (wantsRedis && redis.isEmpty())) {
            return Optional.empty();
        }
        var hosts = wish.host().map(List::of).orElse(List.of());
        var origins = wish.url().map(List::of).orElse(List.of());
        var values = new LinkedHashMap<String, Object>();
        values.put("SECRET_KEY", secretKey.get());
        values.put("DEBUG", false);
        values.put("ALLOWED_HOSTS", hosts);
        values.put("CSRF_TRUSTED_ORIGINS", origins);
        values.put("DATABASE_URL", database.get());
        if (wantsRedis) {
            values.put("REDIS_URL", redis.orElseThrow());
        }
        var variables = new LinkedHashMap<String, String>();
        values.forEach((name, value) -> variables.put(name, asVariable(value)));
        var file = yaml(values);
        return Optional.of(
                new Config(variables, file, Hashes.keyed(secretKey.get(), file).substring(0, 16)));
    }

    static final String SECRET_KEY_KEY = "secret-key";

    Secret environmentSecret(Wish wish) {
        return Secrets.of(Ownership.owned(wish.app(), AppNames.of(wish.app()).environment(), Map.of()), variables);
    }

    Secret fileSecret(Wish wish) {
        return Secrets.of(
                Ownership.owned(wish.app(), AppNames.of(wish.app()).configFile(), Map.of()), Map.of(FILE, file));
    }

    private static String asVariable(Object value) {
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(Object::toString).toList())
                : value.toString();
    }

    private static String yaml(Map<String, Object> values) {
        try {
            return YAML.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, lists and truth values are YAML", e);
        }
    }
}
