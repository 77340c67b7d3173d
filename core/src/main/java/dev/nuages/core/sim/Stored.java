package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One object as the simulated API server holds it. There is only one of each content ({@link Pool}), so that identity is
 * equality, and a world of them compares and hashes quickly. Its resourceVersion names its content: an object that was
 * changed and changed back counts as unchanged, which allows the plans' faults more and keeps the worlds few.
 */
public final class Stored {
    private final ObjectRef ref;
    private final HasMetadata object;
    private final ObjectNode json;
    private final Optional<ObjectNode> applied;
    private final List<String> owners;
    private final List<String> finalizers;
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    Stored(ObjectRef ref, HasMetadata object, ObjectNode json, Optional<ObjectNode> applied) {
        this.ref = ref;
        this.object = object;
        this.json = json;
        this.applied = applied;
        var meta = object.getMetadata();
        this.owners = Objects.requireNonNullElse(meta.getOwnerReferences(), List.<OwnerReference>of()).stream()
                .map(OwnerReference::getUid)
                .toList();
        this.finalizers = List.copyOf(Objects.requireNonNullElse(meta.getFinalizers(), List.<String>of()));
    }

    public ObjectRef ref() {
        return ref;
    }

    /** The object, which nobody may change. */
    public HasMetadata object() {
        return object;
    }

    /** The object's JSON without its resourceVersion, which nobody may change. */
    public ObjectNode json() {
        return json;
    }

    /** What we applied last, which tells the fields that are ours. */
    public Optional<ObjectNode> applied() {
        return applied;
    }

    public String uid() {
        return object.getMetadata().getUid();
    }

    public String resourceVersion() {
        return object.getMetadata().getResourceVersion();
    }

    public boolean deleting() {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    /** The uids of the objects that own it. */
    public List<String> owners() {
        return owners;
    }

    /** The text at a JSON pointer; empty where there is none. */
    String text(String pointer) {
        return texts.computeIfAbsent(pointer, at -> json.at(at).asText());
    }

    List<String> finalizers() {
        return finalizers;
    }

    @Override
    public String toString() {
        return ref.toString();
    }
}
