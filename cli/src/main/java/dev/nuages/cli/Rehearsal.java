package dev.nuages.cli;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Map;

/**
 * A run that goes through what commands have in common, for the launcher to record into an ahead-of-time cache: a class
 * that is loaded here is not loaded from its jar later. Since the JVM loads all that a cache holds when it starts, there
 * are two: one for the commands that speak to no cluster, and one with the client for those that do.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Goes through the commands of a kind: {@code words}, or {@code cluster}. */
    public static void main(String[] args) {
        Nuages.main(new String[] {"version"});
        if (args[0].equals("cluster")) {
            Commands.run("--help");
            client();
        }
    }

    private static void client() {
        new Chart(Folders.current().chart()).objects(OperatorInstall.NAMESPACE, Map.of());
        var nowhere = new ConfigBuilder().withMasterUrl("https://127.0.0.1:1").build();
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(nowhere).build()) {
            client.namespaces().withName("default");
        }
    }
}
