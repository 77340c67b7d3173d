package dev.nuages.core;

import io.fabric8.kubernetes.api.model.HasMetadata;
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

    /** Whether the cluster has a kind at all; of one that is no part of Kubernetes, its definition may be missing. */
    default boolean serves(Class<? extends HasMetadata> type) {
        return true;
    }

    /** Whether what there is of a kind that the cluster has is known: not, where the API server does not list it. */
    default boolean knows(Class<? extends HasMetadata> type) {
        return true;
    }
}
