package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two applications want one host: it leads to the first of them, until that goes. */
@Tag("control-plane")
class HostTakenTest {
    private static final String FIRST = "host-first";
    private static final String SECOND = "host-second";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void the_second_is_in_error_and_has_no_route_until_the_first_goes() throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var first = LiveApp.create(cluster, FIRST);
        try (var client = cluster.operator();
                var _ = LiveApp.startOperator(client, cast::route, Set.of(FIRST, SECOND));
                var _ = cast.playOn(FIRST)) {
            first.await(Phase.Ready);
            var second = LiveApp.create(cluster, SECOND);
            try (var _ = cast.playOn(SECOND)) {
                second.await(Phase.Error);
                assertThat(status(second).conditions())
                        .filteredOn(condition -> condition.getType().equals("Ready"))
                        .first()
                        .satisfies(condition -> {
                            assertThat(condition.getReason()).isEqualTo("HostTaken");
                            assertThat(condition.getMessage()).contains("leads to DjangoApp host-first/mysite");
                        });
                // Its processes run, so that it can take over at once.
                Eventually.holds(
                        "the web Deployment of the second", () -> second.web().get() != null);
                assertThat(ingresses(SECOND)).isEmpty();
                assertThat(status(second).url()).isNull();
                assertThat(first.phase()).contains(Phase.Ready);

                ByHand.patch(first.resource(), "{\"spec\":{\"host\":\"elsewhere.example.org\"}}");
                second.await(Phase.Ready);
                assertThat(ingresses(SECOND)).hasSize(1);
                first.awaitReadyAsAsked();
                ByHand.patch(first.resource(), "{\"spec\":{\"aliases\":[\"mysite.example.org\"]}}");
                first.await(Phase.Error);
                assertThat(second.phase()).contains(Phase.Ready);

                second.resource().delete();
                first.await(Phase.Ready);
                assertThat(ingresses(FIRST).getFirst().getSpec().getRules()).hasSize(2);
            }
        }
    }

    private static List<Ingress> ingresses(String namespace) {
        return cluster.admin()
                .resources(Ingress.class)
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    private static DjangoAppStatus status(LiveApp app) {
        return Objects.requireNonNull(app.resource().get().getStatus());
    }
}
