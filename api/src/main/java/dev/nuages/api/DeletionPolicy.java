package dev.nuages.api;

/** What becomes of data when the object that asked for it is deleted. */
public enum DeletionPolicy {
    /** Volumes, databases and generated Secrets stay. */
    Retain,
    /** All goes, and cannot be had back. */
    Delete
}
