package dev.nuages.cli;

import dev.nuages.api.TolerantReading;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Clients of clusters that were named: never of whatever a kubeconfig happens to have as its current context. */
final class Connection {
    /** How one calls kubectl for the local cluster. */
    static final String LOCAL_KUBECTL = "nuages kubectl";

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
        return client(
                Config.fromKubeconfig("nuages", kubeconfig.toFile()),
                ": start it with `nuages up`",
                ", by the authority in " + kubeconfig + ": `nuages up` writes it anew");
    }

    /**
     * The cluster of a context in the user's kubeconfig, which is the files of {@code KUBECONFIG}, or
     * {@code ~/.kube/config}.
     *
     * @throws Refusal if no file has that context, its cluster or its user, or the program that is to give that user's
     *     credential gives none, or its cluster does not answer
     */
    static KubernetesClient context(String name) {
        List<File> files =
                Config.getKubeconfigFilenames().stream().map(File::new).toList();
        Config config = config(name, files);
        return client(
                config,
                ": it is that of context " + name,
                ", by the authority that " + KubeConfigUtils.getFileWithNamedCluster(config.getCurrentContext())
                        + " has for cluster "
                        + config.getCurrentContext().getContext().getCluster()
                        + ": get that file from the cluster anew, or correct its certificate-authority-data");
    }

    /** Merged as kubectl does it: of each name, the first file that has it counts. */
    static Config config(String name, List<File> files) {
        // Not autoConfigure: it lets environment variables put another server in the context's place.
        Config config = Config.empty();
        io.fabric8.kubernetes.api.model.Config[] parsed = files.stream()
                .filter(file -> file.isFile() && file.length() > 0)
                .map(KubeConfigUtils::parseConfig)
                .toArray(io.fabric8.kubernetes.api.model.Config[]::new);
        KubeConfigUtils.merge(config, name, parsed);
        NamedContext found = config.getCurrentContext();
        if (found == null || !name.equals(found.getName())) {
            throw missing("no context " + name, files, "get-contexts -o name");
        }
        Context context = found.getContext();
        if (KubeConfigUtils.getFileWithNamedCluster(found) == null) {
            throw missing(
                    "no cluster " + context.getCluster() + ", which context " + name + " names,",
                    files,
                    "get-clusters");
        }
        if (isNamed(context.getUser()) && KubeConfigUtils.getFileWithNamedAuthInfo(found) == null) {
            throw missing("no user " + context.getUser() + ", whom context " + name + " names,", files, "get-users");
        }
        if (config.getAutoOAuthToken() == null && config.getClientCertData() == null) {
            Stream.of(parsed)
                    .flatMap(file -> file.getUsers().stream())
                    .filter(user -> user.getName().equals(context.getUser()))
                    .findFirst()
                    .map(user -> user.getUser().getExec())
                    .ifPresent(plugin -> {
                        throw withoutCredential(name, context.getUser(), plugin);
                    });
        }
        return config;
    }

    /** Of a program that gave none: a cluster would call that "Unauthorized". */
    private static Refusal withoutCredential(String context, String user, ExecConfig plugin) {
        String hint = Objects.requireNonNullElse(plugin.getInstallHint(), "").strip();
        return new Refusal("the program that is to give the credential of user " + user + ", whom context " + context
                + " names, gave none: run it by yourself to see why: "
                + Stream.concat(
                                Stream.concat(
                                        plugin.getEnv().stream()
                                                .map(variable -> variable.getName() + "=" + variable.getValue()),
                                        Stream.of(plugin.getCommand())),
                                plugin.getArgs().stream())
                        .collect(Collectors.joining(" "))
                + (hint.isEmpty() ? "" : " (" + hint + ")"));
    }

    private static boolean isNamed(@Nullable String user) {
        return user != null && !user.isEmpty();
    }

    private static Refusal missing(String what, List<File> files, String list) {
        return new Refusal(what + " in "
                + String.join(", ", files.stream().map(File::getPath).toList()) + ": `kubectl config " + list
                + "` lists those there are");
    }

    /**
     * @param silent what to do if it does not answer
     * @param untrusted by whom its certificate is not trusted, and what to do
     */
    private static KubernetesClient client(Config config, String silent, String untrusted) {
        config.setRequestRetryBackoffLimit(2);
        config.setConnectionTimeout(5_000);
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(TolerantReading.serialization())
                .build();
        try {
            client.raw("/version");
        } catch (KubernetesClientException e) {
            Throwable deepest = causes(e).reduce(e, (_, cause) -> cause);
            boolean tls = causes(e).anyMatch(SSLException.class::isInstance);
            // First, for it comes wrapped in an IOException that is none of TLS.
            if (tls && causes(e).anyMatch(GeneralSecurityException.class::isInstance)) {
                client.close();
                throw new Refusal(
                        "the certificate of the cluster at " + config.getMasterUrl() + " is not trusted ("
                                + deepest.getMessage() + ")" + untrusted,
                        e);
            }
            if (causes(e).anyMatch(cause -> cause instanceof TimeoutException || cause instanceof IOException)) {
                client.close();
                // As where a server ends amid the handshake, or speaks no TLS.
                String how = tls ? " (" + deepest.getMessage() + ")" : "";
                throw new Refusal("the cluster at " + config.getMasterUrl() + " does not answer" + how + silent, e);
            }
            // It answers; what it refuses is said where it matters.
        }
        return client;
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause);
    }

    /** How one calls kubectl for the cluster of a context. */
    static String kubectl(String context) {
        return "kubectl --context " + context;
    }
}
