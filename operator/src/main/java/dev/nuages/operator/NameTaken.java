package dev.nuages.operator;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** An object of a wanted name exists that was not made for the one that wants it. */
final class NameTaken extends Refusal {
    private final transient ObjectRef object;

    NameTaken(HasMetadata owner, ObjectRef object) {
        super(
                "NameTaken",
                object + " exists and was not made for " + ObjectRef.of(owner)
                        + ": it is left alone. Delete or rename it, or give " + ObjectRef.of(owner) + " another name.");
        this.object = object;
    }

    ObjectRef object() {
        return object;
    }
}
