package dev.nuages.operator.rabbitmqvhost;

import java.util.Map;
import java.util.Optional;

/** Where credentials are: in Secrets alone. */
@FunctionalInterface
public interface SecretTexts {

    /** The texts of a Secret by their keys; empty where there is no such Secret. */
    Optional<Map<String, String>> of(String namespace, String secret);
}
