package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Applications whose databases are on one server count each other's connections, and hear of each other's changes. */
@Tag("control-plane")
class SharedServerTest {
    private static final String NAMESPACE = "shared-server";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void what_a_neighbour_asks_for_is_counted_at_once() throws Exception {
        var admin = cluster.admin();
        environment(admin, "shared-server", "");
        environment(admin, "shared-server-too", "web: {replicas: 2}");
        cluster.newNamespace(NAMESPACE);
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: PostgresServer
                metadata: {name: main}
                spec: {local: {}}
                """).inNamespace(NAMESPACE).create();
        var app = new LiveApp(admin, NAMESPACE);
        app.create("environment: shared-server");
        var cast = new Cast(admin, cluster.postgres());
        try (var client = cluster.operator();
                var _ = cast.playOn(NAMESPACE);
                var _ = app.startOperator(client, cast)) {
            app.await(Phase.Ready);
            var takes = Objects.requireNonNull(admin.resources(PostgresDatabase.class)
                            .inNamespace(NAMESPACE)
                            .withName(LiveApp.NAME)
                            .get()
                            .getStatus())
                    .maxConnections();
            assertThat(takes).isPositive();
            assertThat(budget(app)).endsWith(" of " + takes).doesNotContain("on the same server");

            admin.resource("""
                    apiVersion: nuages.dev/v1alpha1
                    kind: DjangoApp
                    metadata: {name: shop}
                    spec:
                      environment: shared-server-too
                      image: registry.example.org/shop
                      version: "1.0"
                      settings: shop.settings
                      host: shop.example.org
                    """).inNamespace(NAMESPACE).create();
            awaitBudget(app, "and 26 of DjangoApp shop on the same server: ");
            var shop = admin.resources(DjangoApp.class).inNamespace(NAMESPACE).withName("shop");
            ByHand.patch(shop, "{\"spec\":{\"web\":{\"replicas\":1}}}");
            awaitBudget(app, "and 18 of DjangoApp shop on the same server: ");
            ByHand.patch(shop, "{\"spec\":{\"web\":null}}");
            awaitBudget(app, "and 26 of DjangoApp shop on the same server: ");
            environment(admin, "shared-server-too", "web: {replicas: 3}");
            awaitBudget(app, "and 34 of DjangoApp shop on the same server: ");
            shop.delete();
            awaitBudget(app, "18 connections of " + takes);
            assertThat(app.phase()).contains(Phase.Ready);
        }
    }

    private static void environment(KubernetesClient admin, String name, String more) {
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: %s}
                spec:
                  postgres: {server: main}
                  %s
                """.formatted(name, more)).createOr(existing -> existing.update());
    }

    private static void awaitBudget(LiveApp app, String words) {
        Eventually.holds(words, () -> budget(app).contains(words), () -> budget(app));
    }

    private static String budget(LiveApp app) {
        return Optional.ofNullable(app.resource().get().getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "ConnectionBudget"))
                .map(condition -> condition.getMessage())
                .orElse("");
    }
}
