package dev.nuages.core;

/** Where a password is: the Secret, and the key in it. So a plan names it, and does not hold it. */
public record PasswordRef(String namespace, String secret, String key) {}
