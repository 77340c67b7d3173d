package dev.nuages.core;

/** Something that must be true in the API server itself before a plan is carried out, asked without any cache. */
public sealed interface Confirmation {

    /** No such object exists, also none that is being deleted. */
    record Absent(ObjectRef object) implements Confirmation {}

    /** The object is still just as it was read. */
    record Unchanged(ObjectRef object, String resourceVersion) implements Confirmation {}
}
