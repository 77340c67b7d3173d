package dev.nuages.core;

/**
 * Where to reach a PostgreSQL server as its administrator.
 *
 * @param namespace the namespace of {@code adminSecret}
 * @param adminSecret the Secret with the administrator's {@code username} and {@code password}
 */
public record PostgresAddress(String host, int port, String namespace, String adminSecret) {}
