package dev.nuages.core.djangoapp;

import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes what an application was told in secret out of what its processes said: a traceback may quote it, and more people
 * read a status or an Event than a Secret.
 *
 * @param seen with the Secrets that the processes were given
 */
record Redaction(DjangoAppObserved seen) {
    private static final String MARK = "[redacted]";

    /** A shorter value of somebody's own Secret may be a word like any other, such as {@code true}. */
    private static final int SHORTEST = 5;

    /** A traceback may quote what was parsed of a URL. */
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("://[^:@/\\s]*:([^@/\\s]+)@");

    /** What is secret in the Secrets that we make: the rest of them are addresses and names. */
    private static final List<String> CONFIDENTIAL = Stream.concat(
                    Config.CREDENTIALS.stream(), Stream.of(Config.SECRET_KEY_KEY, "url", "password"))
            .toList();

    /** All that is secret in our own Secrets, and all values of those that the application names, the longest first. */
    private List<String> secrets() {
        return Stream.concat(ours(), others())
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private Stream<String> ours() {
        var configured = seen.configured();
        var nested = seen.nested();
        return Stream.of(
                        configured.secretKey(),
                        configured.running().environment(),
                        configured.migration().environment(),
                        configured.superuser(),
                        nested.databaseConnection(),
                        nested.redisConnection(),
                        nested.durableConnection(),
                        nested.rabbitConnection())
                .flatMap(Optional::stream)
                .flatMap(secret -> Secrets.texts(secret).entrySet().stream())
                .filter(entry -> CONFIDENTIAL.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(value -> !value.isBlank());
    }

    private Stream<String> others() {
        return seen.references().entrySet().stream()
                .filter(reference -> reference.getKey().type() == Secret.class)
                .flatMap(reference -> reference.getValue().values().stream())
                .flatMap(Redaction::asQuoted)
                .filter(value -> value.length() >= SHORTEST);
    }

    /** Without the line's end that a file brought along; of several lines, a key in PEM perhaps, also each by itself. */
    private static Stream<String> asQuoted(String value) {
        return Stream.of(
                        Stream.of(value.strip()),
                        value.lines().map(String::strip),
                        PASSWORD_IN_URL.matcher(value).results().map(found -> found.group(1)))
                .flatMap(texts -> texts);
    }

    String redacted(String text) {
        var secrets = secrets();
        var redacted = withoutCutSecret(text, secrets);
        for (var secret : secrets) {
            redacted = redacted.replace(secret, MARK);
        }
        return redacted;
    }

    /** Only the end of a long output is kept: it may begin in the midst of a secret. */
    private static String withoutCutSecret(String text, List<String> secrets) {
        var longest = 0;
        for (var secret : secrets) {
            for (int left = Math.min(secret.length() - 1, text.length());
                    left >= Math.max(SHORTEST, longest + 1);
                    left--) {
                if (secret.regionMatches(secret.length() - left, text, 0, left)) {
                    longest = left;
                }
            }
        }
        return longest == 0 ? text : MARK + text.substring(longest);
    }

    /** Whether something was taken out of a text. */
    static boolean isRedacted(String text) {
        return text.contains(MARK);
    }
}
