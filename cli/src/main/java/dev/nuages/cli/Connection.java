package dev.nuages.cli;

import dev.nuages.api.TolerantReading;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Clients of clusters that were named: never of whatever a kubeconfig happens to have as its current context. */
final class Connection {
    private Connection() {}

    /**
     * The local cluster.
     *
     * @throws Refusal if it has never been started, or does not answer
     */
    static KubernetesClient local(Path kubeconfig) {
        if (!Files.exists(kubeconfig)) {
            throw new Refusal("there is no local cluster yet: start it with `nuages up`");
        }
        return client(Config.fromKubeconfig("nuages", kubeconfig.toFile()), ": start it with `nuages up`");
    }

    /**
     * The cluster of a context in the user's kubeconfig, which is the files of {@code KUBECONFIG}, or
     * {@code ~/.kube/config}.
     *
     * @throws Refusal if no file has that context, or its cluster does not answer
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
                    return client(config, ": it is that of context " + name);
                }
            }
        }
        throw new Refusal("no context " + name + " in "
                + String.join(", ", files.stream().map(File::getPath).toList())
                + ": `kubectl config get-contexts -o name` lists those there are");
    }

    private static KubernetesClient client(Config config, String hint) {
        config.setRequestRetryBackoffLimit(2);
        config.setConnectionTimeout(5_000);
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(TolerantReading.serialization())
                .build();
        try {
            client.raw("/version");
        } catch (KubernetesClientException e) {
            if (isSilence(e)) {
                client.close();
                throw new Refusal("the cluster at " + config.getMasterUrl() + " does not answer" + hint, e);
            }
            // It answers; what it refuses is said where it matters.
        }
        return client;
    }

    /** A certificate that is not trusted is an answer. */
    private static boolean isSilence(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof TimeoutException
                        || (cause instanceof IOException && !(cause instanceof SSLException)));
    }
}
