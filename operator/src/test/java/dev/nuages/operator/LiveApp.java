package dev.nuages.operator;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.Nuages;
import dev.nuages.core.PostgresAddress;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The application mysite in a namespace of its own, as a test sees it and changes it. */
record LiveApp(KubernetesClient admin, String namespace) {
    static final String NAME = "mysite";
    static final String WEB = "mysite-web";

    /** Creates the namespace and the application in it; its database is called after the namespace. */
    static LiveApp create(TestCluster cluster, String namespace) {
        return create(cluster, namespace, "");
    }

    /**
     * @param more of the specification, as YAML in one line
     */
    static LiveApp create(TestCluster cluster, String namespace, String more) {
        cluster.newNamespace(namespace);
        var app = new LiveApp(cluster.admin(), namespace);
        app.create(more);
        return app;
    }

    void create(String more) {
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata:
                  name: mysite
                spec:
                  image: registry.example.org/mysite
                  version: "1.0"
                  settings: mysite.settings
                  host: mysite.example.org
                  database: {name: %s}
                  %s
                """.formatted(namespace.replace('-', '_'), more))
                .inNamespace(namespace)
                .create();
    }

    Resource<DjangoApp> resource() {
        return admin.resources(DjangoApp.class).inNamespace(namespace).withName(NAME);
    }

    Resource<Deployment> web() {
        return admin.resources(Deployment.class).inNamespace(namespace).withName(WEB);
    }

    Optional<Phase> phase() {
        return Optional.ofNullable(resource().get())
                .flatMap(app -> Optional.ofNullable(app.getStatus()))
                .map(status -> status.phase());
    }

    void await(Phase phase) {
        Eventually.holds(
                "phase " + phase + " in " + namespace, () -> phase().equals(Optional.of(phase)), this::conditions);
    }

    /** Waits until it is Ready as it is asked for now: what was said of another wish counts no more. */
    void awaitReadyAsAsked() {
        Eventually.holds(
                "ready as asked for in " + namespace,
                () -> Optional.ofNullable(resource().get())
                        .filter(app -> app.getStatus() != null
                                && app.getStatus().phase() == Phase.Ready
                                && app.getMetadata()
                                        .getGeneration()
                                        .equals(app.getStatus().observedGeneration()))
                        .isPresent(),
                this::conditions);
    }

    private String conditions() {
        return Optional.ofNullable(resource().get()).map(DjangoApp::getStatus).stream()
                .flatMap(status -> Stream.ofNullable(status.conditions()))
                .flatMap(List::stream)
                .map(condition -> condition.getType() + " " + condition.getStatus() + ": " + condition.getMessage())
                .collect(Collectors.joining("\n"));
    }

    void retry() {
        ByHand.patch(
                resource(), "{\"metadata\":{\"annotations\":{\"" + Nuages.RETRY_ANNOTATION + "\":\"once more\"}}}");
    }

    /** An operator that keeps this namespace alone, and asks no lease for it. */
    Operator startOperator(KubernetesClient client, Cast cast) throws IOException {
        return startOperator(client, cast::route);
    }

    Operator startOperator(KubernetesClient client, UnaryOperator<PostgresAddress> route) throws IOException {
        return startOperator(client, route, Set.of(namespace));
    }

    /** An operator that keeps several namespaces, and asks no lease for them. */
    static Operator startOperator(KubernetesClient client, UnaryOperator<PostgresAddress> route, Set<String> namespaces)
            throws IOException {
        var configuration = new Configuration(TestCluster.OPERATOR_NAMESPACE, "test", namespaces, 0, false);
        var operator = new Operator(configuration, client, Cast::kinds, route, UnaryOperator.identity(), () -> {
            throw new AssertionError("there is no lease to lose");
        });
        operator.start();
        return operator;
    }
}
