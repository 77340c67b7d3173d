package dev.nuages.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Secrets and the texts in them. */
public final class Secrets {
    /** The letters and digits of a generated password: 190 bits of chance. */
    public static final int PASSWORD_LENGTH = 32;

    private Secrets() {}

    public static Secret of(ObjectMeta metadata, Map<String, String> texts) {
        var data = new LinkedHashMap<String, String>();
        texts.forEach((key, text) -> data.put(key, Base64.getEncoder().encodeToString(text.getBytes(UTF_8))));
        return new SecretBuilder()
                .withMetadata(metadata)
                .withType("Opaque")
                .withData(data.isEmpty() ? null : data)
                .build();
    }

    /** The text under a key; empty where the Secret has none. */
    public static Optional<String> text(Secret secret, String key) {
        return Optional.ofNullable(secret.getData())
                .map(data -> data.get(key))
                .map(value -> new String(Base64.getDecoder().decode(value), UTF_8));
    }

    /** All texts of a Secret by their keys. */
    public static Map<String, String> texts(Secret secret) {
        var texts = new LinkedHashMap<String, String>();
        Optional.ofNullable(secret.getData())
                .orElse(Map.of())
                .keySet()
                .forEach(key -> text(secret, key).ifPresent(text -> texts.put(key, text)));
        return texts;
    }
}
