package dev.nuages.operator;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the operator is told by its environment, read once when it starts.
 *
 * @param namespace the namespace of the Lease: {@code NUAGES_NAMESPACE}, else {@code POD_NAMESPACE}, else
 *     {@code nuages-system}
 * @param identity what the Lease calls this process: {@code POD_NAME}, else the host's name
 * @param watchNamespaces the only namespaces to keep objects in, from {@code NUAGES_WATCH_NAMESPACES}, separated by
 *     commas; empty for all, which is the default
 * @param httpPort where health and metrics are served, from {@code NUAGES_HTTP_PORT}; default 8081, 0 for any free port
 * @param leaderElection whether to wait for the Lease before doing anything, from {@code NUAGES_LEADER_ELECTION};
 *     default true
 */
public record Configuration(
        String namespace, String identity, Set<String> watchNamespaces, int httpPort, boolean leaderElection) {
    private static final int DEFAULT_PORT = 8081;

    /** Reads the environment; an IllegalArgumentException has a sentence that names the variable and what it may be */
    static Configuration from(Map<String, String> environment) {
        return new Configuration(
                environment.getOrDefault(
                        "NUAGES_NAMESPACE", environment.getOrDefault("POD_NAMESPACE", "nuages-system")),
                environment.getOrDefault("POD_NAME", environment.getOrDefault("HOSTNAME", "nuages-operator")),
                names(environment.getOrDefault("NUAGES_WATCH_NAMESPACES", "")),
                port(environment.getOrDefault("NUAGES_HTTP_PORT", Integer.toString(DEFAULT_PORT))),
                flag("NUAGES_LEADER_ELECTION", environment.getOrDefault("NUAGES_LEADER_ELECTION", "true")));
    }

    private static Set<String> names(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int port(String text) {
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65_535) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("NUAGES_HTTP_PORT is '" + text + "': give a port from 0 to 65535");
    }

    private static boolean flag(String name, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " is '" + text + "': give true or false");
        };
    }
}
