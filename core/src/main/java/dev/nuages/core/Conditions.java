package dev.nuages.core;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The conditions of a status, as the API conventions have them, sorted by type. */
public final class Conditions {
    private final TreeMap<String, Condition> byType = new TreeMap<>();
    private final @Nullable Long generation;
    private final Instant now;

    /** Starts from the conditions that a status has; those not set again stay as they are. */
    public Conditions(@Nullable List<Condition> before, @Nullable Long generation, Instant now) {
        Optional.ofNullable(before).orElse(List.of()).forEach(c -> byType.put(c.getType(), c));
        this.generation = generation;
        this.now = now;
    }

    /** Sets a condition; its transition time changes only with its status. */
    public Conditions set(String type, boolean status, String reason, String message) {
        return set(type, status ? "True" : "False", reason, message);
    }

    /** Says of a condition that nobody knows whether it is true. */
    public Conditions unknown(String type, String reason, String message) {
        return set(type, "Unknown", reason, message);
    }

    private Conditions set(String type, String text, String reason, String message) {
        var before = byType.get(type);
        var since = before != null && text.equals(before.getStatus()) ? before.getLastTransitionTime() : time(now);
        byType.put(
                type,
                new ConditionBuilder()
                        .withType(type)
                        .withStatus(text)
                        .withReason(reason)
                        .withMessage(message)
                        .withObservedGeneration(generation)
                        .withLastTransitionTime(since)
                        .build());
        return this;
    }

    /** Takes a condition away that no longer says anything. */
    public Conditions without(String type) {
        byType.remove(type);
        return this;
    }

    public List<Condition> list() {
        return List.copyOf(byType.values());
    }

    /** Whether a list of conditions has this one, true, for this generation of the spec. */
    public static boolean isTrue(@Nullable List<Condition> conditions, String type, @Nullable Long generation) {
        return find(conditions, type)
                .filter(c -> c.getStatus().equals("True"))
                .filter(c -> generation == null || generation.equals(c.getObservedGeneration()))
                .isPresent();
    }

    public static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return Optional.ofNullable(conditions).orElse(List.of()).stream()
                .filter(c -> c.getType().equals(type))
                .findFirst();
    }

    /** A moment as Kubernetes writes it: UTC, whole seconds. */
    public static String time(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
