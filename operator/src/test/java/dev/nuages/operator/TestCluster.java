package dev.nuages.operator;

import dev.nuages.local.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real API server with our kinds and the chart's rights in it, started once for all tests of a run. No controller and
 * no kubelet runs: a test plays them ({@link Cast}).
 */
public final class TestCluster implements BeforeAllCallback {
    static final String OPERATOR_NAMESPACE = "nuages-system";
    private static final Path CHART = Path.of("../charts/nuages");

    private record Started(ControlPlane plane, KubernetesClient admin) implements AutoCloseable {
        @Override
        public void close() {
            admin.close();
            plane.close();
        }
    }

    private @Nullable Started started;

    @Override
    public void beforeAll(ExtensionContext context) {
        started = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(TestCluster.class, key -> start(), Started.class);
    }

    private static Started start() {
        try {
            var plane = ControlPlane.start(
                    Files.createTempDirectory(Files.createDirectories(Path.of("target/control-plane")), "run"));
            var admin = client(Config.fromKubeconfig(plane.kubeconfig().toFile()));
            var cluster = new Started(plane, admin);
            install(admin);
            return cluster;
        } catch (IOException e) {
            throw new IllegalStateException("the chart could not be read", e);
        }
    }

    private static void install(KubernetesClient admin) throws IOException {
        newNamespace(admin, OPERATOR_NAMESPACE);
        try (var files = Files.list(CHART.resolve("crds"))) {
            for (var file : files.sorted().toList()) {
                var crd = admin.apiextensions().v1().customResourceDefinitions().load(file.toFile());
                crd.create();
                Eventually.holds("the API server serves " + file.getFileName(), () -> isServed(crd.get()));
            }
        }
        for (var name : List.of("serviceaccount", "clusterrole", "clusterrolebinding", "role", "rolebinding")) {
            var yaml = Files.readString(CHART.resolve("templates/" + name + ".yaml"))
                    .replace("{{ .Release.Namespace }}", OPERATOR_NAMESPACE);
            admin.resourceList(yaml).inNamespace(OPERATOR_NAMESPACE).resources().forEach(NonDeletingOperation::create);
        }
    }

    private static boolean isServed(CustomResourceDefinition crd) {
        return crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Established")
                                && c.getStatus().equals("True"));
    }

    private Started started() {
        return Objects.requireNonNull(started, "register it as a static extension");
    }

    /** An administrator's client. */
    KubernetesClient admin() {
        return started().admin();
    }

    /** A client with the rights that the chart gives to the operator, and no others. */
    KubernetesClient operator() {
        var token = admin().serviceAccounts()
                .inNamespace(OPERATOR_NAMESPACE)
                .withName("nuages-operator")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build());
        var admin = admin().getConfiguration();
        return client(new ConfigBuilder(Config.empty())
                .withMasterUrl(started().plane().url())
                .withCaCertData(admin.getCaCertData())
                .withCaCertFile(admin.getCaCertFile())
                .withOauthToken(token.getStatus().getToken())
                .build());
    }

    void newNamespace(String name) {
        newNamespace(admin(), name);
    }

    private static void newNamespace(KubernetesClient admin, String name) {
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
