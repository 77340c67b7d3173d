package dev.nuages.cli;

import dev.nuages.api.TolerantReading;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Clients of clusters that were named: never of whatever a kubeconfig happens to have as its current context. */
final class Connection {
    private Connection() {}

    /**
     * The local cluster.
     *
     * @throws Refusal if it has never been started
     */
    static KubernetesClient local(Path kubeconfig) {
        if (!Files.exists(kubeconfig)) {
            throw new Refusal("the local cluster is not running: start it with `nuages up`");
        }
        return client(Config.fromKubeconfig("nuages", kubeconfig.toFile()));
    }

    /**
     * The cluster of a context in the user's kubeconfig, which is the files of {@code KUBECONFIG}, or
     * {@code ~/.kube/config}.
     *
     * @throws Refusal if no file has that context
     */
    static KubernetesClient context(String name) {
        List<File> files =
                Config.getKubeconfigFilenames().stream().map(File::new).toList();
        for (File file : files) {
            if (file.isFile()) {
                // Not autoConfigure: it lets environment variables put another server in the context's place.
                Config config = Config.fromKubeconfig(name, file);
                if (config.getCurrentContext() != null
                        && name.equals(config.getCurrentContext().getName())) {
                    return client(config);
                }
            }
        }
        throw new Refusal("no context " + name + " in "
                + String.join(", ", files.stream().map(File::getPath).toList())
                + ": `kubectl config get-contexts -o name` lists those there are");
    }

    private static KubernetesClient client(Config config) {
        config.setRequestRetryBackoffLimit(2);
        config.setConnectionTimeout(5_000);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(TolerantReading.serialization())
                .build();
    }
}
