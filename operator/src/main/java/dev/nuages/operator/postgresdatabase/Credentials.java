package dev.nuages.operator.postgresdatabase;

import java.util.Optional;

/** Where passwords are: in Secrets alone. */
@FunctionalInterface
public interface Credentials {

    /** The text under a key of a Secret; empty where there is no such Secret or key. */
    Optional<String> text(String namespace, String secret, String key);
}
