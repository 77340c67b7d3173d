package dev.nuages.operator;

import dev.nuages.local.GoModules;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The kinds that not every cluster has, as the Gateway API and KEDA define them, in a cluster until closed. */
record OptionalDefinitions(KubernetesClient admin, List<CustomResourceDefinition> definitions)
        implements AutoCloseable {
    /** Held by each class of tests that brings them into the cluster, or looks at one without them. */
    static final String LOCK = "optional definitions";

    private static final Path GO = Path.of("src/test/go");

    static OptionalDefinitions installed(KubernetesClient admin) {
        var gatewayApi = GoModules.fetched(GO, "sigs.k8s.io/gateway-api").resolve("config/crd/standard");
        var keda = GoModules.fetched(GO, "github.com/kedacore/keda/v2").resolve("config/crd/bases");
        var definitions = Stream.of(
                        gatewayApi.resolve("gateway.networking.k8s.io_httproutes.yaml"),
                        keda.resolve("keda.sh_scaledobjects.yaml"),
                        keda.resolve("keda.sh_triggerauthentications.yaml"))
                .map(file -> installed(admin, file))
                .toList();
        return new OptionalDefinitions(admin, definitions);
    }

    private static CustomResourceDefinition installed(KubernetesClient admin, Path file) {
        var definition = admin.apiextensions().v1().customResourceDefinitions().load(file.toFile());
        var created = definition.create();
        Eventually.holds("the API server serves " + file.getFileName(), () -> TestCluster.isServed(definition.get()));
        return created;
    }

    @Override
    public void close() {
        definitions.forEach(definition -> admin.resource(definition).delete());
    }
}
