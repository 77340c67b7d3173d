package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the operator must not do, though it is asked for: to an application that is paused, or past its connections. */
@Tag("control-plane")
class HeldBackTest {
    private static final String PAUSED = "held-back-paused";
    private static final String ENFORCED = "held-back-enforced";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient client;
    private static Operator operator;
    private static List<AutoCloseable> played;

    @BeforeAll
    static void start() throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        client = cluster.operator();
        operator = LiveApp.startOperator(client, cast::route, Set.of(PAUSED, ENFORCED));
        played = List.of(cast.playOn(PAUSED), cast.playOn(ENFORCED));
    }

    @AfterAll
    static void stop() throws Exception {
        for (var play : played) {
            play.close();
        }
        operator.close();
        client.close();
    }

    @Test
    void a_paused_application_is_left_as_it_is_until_it_is_not_paused() {
        environment("pausing", "Warn");
        var app = LiveApp.create(cluster, PAUSED, "environment: pausing");
        app.await(Phase.Ready);
        ByHand.patch(app.resource(), "{\"spec\":{\"paused\":true,\"web\":{\"replicas\":2}}}");
        awaitLook(app);
        service().delete();
        ByHand.patch(app.resource(), "{\"spec\":{\"web\":{\"replicas\":3}}}");
        awaitLook(app);

        assertThat(app.resource().get().getStatus().phase()).isEqualTo(Phase.Paused);
        assertThat(condition(app, "Paused"))
                .hasValueSatisfying(paused -> assertThat(paused.getStatus()).isEqualTo("True"));
        assertThat(condition(app, "Ready")).hasValueSatisfying(ready -> {
            assertThat(ready.getStatus()).isEqualTo("Unknown");
            assertThat(ready.getObservedGeneration())
                    .isEqualTo(app.resource().get().getMetadata().getGeneration());
        });
        assertThat(service().get()).as("what somebody deleted meanwhile").isNull();
        assertThat(app.web().get().getSpec().getReplicas()).isEqualTo(1);

        ByHand.patch(app.resource(), "{\"spec\":{\"paused\":false}}");
        app.awaitReadyAsAsked();
        assertThat(condition(app, "Paused")).isEmpty();
        assertThat(service().get()).isNotNull();
        assertThat(app.web().get().getSpec().getReplicas()).isEqualTo(3);
    }

    @Test
    void where_the_environment_enforces_the_connection_budget_nobody_scales_past_it() {
        environment("enforcing", "Enforce");
        var app = LiveApp.create(cluster, ENFORCED, "environment: enforcing");
        app.await(Phase.Ready);
        ByHand.patch(app.resource(), "{\"spec\":{\"web\":{\"replicas\":50}}}");
        app.await(Phase.Error);
        awaitLook(app);
        assertThat(condition(app, "Ready")).hasValueSatisfying(ready -> {
            assertThat(ready.getReason()).isEqualTo("ConnectionBudget");
            assertThat(ready.getMessage()).contains("(50+13 pods x 2 workers x 4 threads) 504");
        });
        assertThat(app.web().get().getSpec().getReplicas()).isEqualTo(1);

        ByHand.patch(app.resource(), "{\"spec\":{\"web\":{\"replicas\":2}}}");
        app.awaitReadyAsAsked();
        assertThat(app.web().get().getSpec().getReplicas()).isEqualTo(2);
    }

    /** Of each the hosts lead from another door, for they are the same. */
    private static void environment(String name, String connections) {
        cluster.admin().resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: %1$s}
                spec:
                  postgres: {local: {}}
                  connections: {policy: %2$s}
                  ingress: {className: %1$s}
                """.formatted(name, connections)).create();
    }

    private static Resource<Service> service() {
        return cluster.admin().services().inNamespace(PAUSED).withName(LiveApp.WEB);
    }

    /** Waits until what is asked for now has been looked at. */
    private static void awaitLook(LiveApp app) {
        Eventually.holds("a look at " + app.namespace(), () -> {
            var seen = app.resource().get();
            return seen.getStatus() != null
                    && seen.getMetadata()
                            .getGeneration()
                            .equals(seen.getStatus().observedGeneration());
        });
    }

    private static Optional<Condition> condition(LiveApp app, String type) {
        return Optional.of(app.resource().get())
                .map(DjangoApp::getStatus)
                .flatMap(status -> Conditions.find(status.conditions(), type));
    }
}
