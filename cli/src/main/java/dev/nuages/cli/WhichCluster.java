package dev.nuages.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which cluster a command speaks to. */
final class WhichCluster {
    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The context of your kubeconfig to use. Default: the local cluster.")
    @Nullable
    String context;

    KubernetesClient connect() {
        return context == null ? Connection.local(Folders.current().kubeconfig()) : Connection.context(context);
    }

    /** How its user calls kubectl for it. */
    String kubectl() {
        return context == null ? Connection.LOCAL_KUBECTL : Connection.kubectl(context);
    }
}
