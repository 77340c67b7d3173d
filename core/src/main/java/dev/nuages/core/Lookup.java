package dev.nuages.core;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster as it was last heard of: informer caches in the operator, the simulated world in the model check. What is
 * found may be old, and one kind older than another.
 */
public interface Lookup {

    <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name);

    /** All objects of a kind in a namespace that carry all of these labels, sorted by name. */
    <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels);

    /** All objects of a kind but the one of this name, in every namespace that is listened to. */
    <T extends HasMetadata> List<T> others(Class<T> type, String namespace, String name);

    /** An object that is not ours and that one of our objects names, such as a user's own Secret. */
    default <T extends HasMetadata> Optional<T> foreign(Class<T> type, String namespace, String name) {
        return find(type, namespace, name);
    }

    /**
     * What was last said of an object for a reason, in an Event about it. Nobody listens to Events, for there are far more of
     * them than of all else: the operator asks the API server itself, each time. So this is for an object that lacks
     * something, which nothing but its Events tells of.
     */
    default Optional<String> lastSaid(ObjectRef about, String reason) {
        return list(Event.class, about.namespace(), Map.of()).stream()
                .filter(event -> reason.equals(event.getReason())
                        && about.kind().equals(event.getRegarding().getKind())
                        && about.name().equals(event.getRegarding().getName()))
                .reduce((former, latter) -> latter)
                .map(Event::getNote);
    }

    /** Whether the cluster has a kind at all; of one that is no part of Kubernetes, its definition may be missing. */
    default boolean serves(Class<? extends HasMetadata> type) {
        return true;
    }

    /** Whether what there is of a kind that the cluster has is known: not, where the API server does not list it. */
    default boolean knows(Class<? extends HasMetadata> type) {
        return true;
    }
}
