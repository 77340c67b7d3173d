package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In a namespace that is being deleted nothing can be made, which is nobody's fault: pods end there first, for minutes. */
@Tag("control-plane")
class EndingNamespaceTest {
    private static final String NAMESPACE = "ending-namespace";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void a_status_stays_true_and_what_cannot_be_made_is_said_in_a_line() throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, NAMESPACE);
        try (var client = cluster.operator();
                var _ = app.startOperator(client, cast);
                var _ = cast.playOn(NAMESPACE)) {
            app.await(Phase.Ready);
            cluster.admin().namespaces().withName(NAMESPACE).delete();

            // Tells of phases by Events, which cannot be made.
            ByHand.patch(app.resource(), "{\"spec\":{\"web\":{\"replicas\":2}}}");
            app.awaitReadyAsAsked();

            cluster.admin()
                    .resources(Service.class)
                    .inNamespace(NAMESPACE)
                    .withName(LiveApp.WEB)
                    .delete();
            Eventually.holds(
                    "it is said that the Service cannot be made",
                    () -> said().stream().anyMatch(line -> line.contains("unable to create new content")));
            assertThat(said()).noneMatch(line -> line.contains("\"problem\""));
        }
    }

    private static List<String> said() {
        return TestCluster.log().lines().stream()
                .filter(line -> line.contains("\"" + NAMESPACE + "\""))
                .toList();
    }
}
