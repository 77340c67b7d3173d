package dev.nuages.operator;

import dev.nuages.core.postgresdatabase.DatabaseProbe.Unreachable;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Unaddressed;
import dev.nuages.core.scenario.Scenario;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenarios of {@code core} on a real API server, under the chart's own rights: what is given is created, the
 * operator's own loop takes one turn, and what the API server (and PostgreSQL, and RabbitMQ) then holds is what is written.
 */
@Tag("control-plane")
@Order(2)
class ScenarioReplayTest {
    private static final Path ROOT = Path.of("../core/src/test/resources/scenarios");

    @RegisterExtension
    static final TestCluster cluster = TestCluster.ofScenarios();

    private static ScenarioStage stage;
    private static KubernetesClient client;
    private static Caches caches;

    static List<Scenario> scenarios() {
        return Scenario.all(ROOT);
    }

    @BeforeAll
    static void namespace() {
        cluster.newNamespace(Scenario.NAMESPACE);
        stage = new ScenarioStage(cluster.admin());
        stage.clear();
        client = cluster.operator();
        var types = Operator.watched(Cast.kinds(
                (server, role, database, password) -> new Unreachable("not asked"),
                (broker, vhost, user, password) -> new Unaddressed("not asked")));
        caches = new Caches(client, Set.of(Scenario.NAMESPACE), types, object -> {});
        caches.start().join();
    }

    @AfterAll
    static void stop() {
        caches.close();
        client.close();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void ends_as_written(Scenario scenario) throws Exception {
        stage.clear();
        new ScenarioReplay(scenario, stage, client, caches, cluster).play();
    }
}
