package dev.nuages.operator;

import dev.nuages.core.PasswordRef;
import java.util.Map;
import java.util.Optional;

/** Where credentials are: in Secrets alone. */
@FunctionalInterface
public interface SecretTexts {

    /** The texts of a Secret by their keys; empty where there is no such Secret. */
    Optional<Map<String, String>> of(String namespace, String secret);

    /** The text under a key of a Secret; empty where there is no such Secret or key. */
    default Optional<String> text(String namespace, String secret, String key) {
        return of(namespace, secret).map(texts -> texts.get(key));
    }

    /**
     * A password.
     *
     * @throws Refusal with a sentence, where there is none
     */
    default String password(PasswordRef ref) {
        return text(ref.namespace(), ref.secret(), ref.key())
                .orElseThrow(
                        () -> new Refusal("SecretMissing", "Secret/" + ref.secret() + " has no " + ref.key() + " yet"));
    }
}
