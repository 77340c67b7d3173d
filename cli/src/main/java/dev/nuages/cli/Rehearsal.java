package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.local.RehearsalCluster;
import dev.nuages.local.ServerSideApply;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A run that goes through what commands have in common, for the launcher to record into an ahead-of-time cache: a class
 * that is loaded here is not loaded from its jar later. Since the JVM loads all that a cache holds when it starts, there
 * are two: one for the commands that speak to no cluster, and one with the client for those that do.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Goes through the commands of a kind: {@code words}, or {@code cluster}, with a folder for what is written meanwhile. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Nuages.main(new String[] {"version"});
        KubectlCommand.run(Path.of("true"), Folders.current().kubeconfig(), List.of());
        if (args[0].equals("cluster")) {
            Commands.run("--help");
            cluster(Path.of(args[1]));
        }
    }

    private static void cluster(Path scratch) throws IOException {
        Folders folders = Folders.current();
        try (var cluster = RehearsalCluster.start(scratch, folders.root())) {
            cluster.up();
            try (KubernetesClient client = Connection.local(cluster.kubeconfig())) {
                var apply = new ServerSideApply(client, OperatorInstall.FIELD_MANAGER, true);
                var install = new OperatorInstall(
                        client,
                        new Chart(folders.chart(), client.getKubernetesSerialization()),
                        apply,
                        Connection.LOCAL_KUBECTL,
                        _ -> {});
                install.install("rehearsed");
                install.install("rehearsed");
                rehearse(example(client, folders), apply, client);
                new RebuiltImages(client, _ -> Optional.empty(), Duration.ZERO, _ -> {}).renew();
            }
        }
    }

    private static DjangoApp example(KubernetesClient client, Folders folders) throws IOException {
        try (var in = Files.newInputStream(folders.root().resolve("examples/mysite/mysite.yaml"))) {
            return client.getKubernetesSerialization().unmarshal(in, DjangoApp.class);
        }
    }

    private static void rehearse(DjangoApp app, ServerSideApply apply, KubernetesClient client) {
        app.getMetadata().setNamespace("default");
        apply.apply(app);
        new AppProgress(client, _ -> {})
                .awaitSettled("default", app.getMetadata().getName(), Duration.ofMinutes(1));
    }
}
