package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import dev.nuages.core.Kind;
import dev.nuages.core.Lookup;
import dev.nuages.core.Plan;
import dev.nuages.core.djangoapp.DjangoAppObserved;
import dev.nuages.core.djangoapp.DjangoApps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A fault of ours, by which no plan can be made, is said where users look, without what it cites. */
@Tag("control-plane")
class PlanFailedTest {
    private static final String NAMESPACE = "plan-failed";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    /** Applications, of which those of one version cannot be planned. */
    private record Faulty(DjangoApps apps) implements Kind<DjangoApp, DjangoAppStatus, DjangoAppObserved> {
        @Override
        public Class<DjangoApp> type() {
            return apps.type();
        }

        @Override
        public List<Class<? extends HasMetadata>> makes() {
            return apps.makes();
        }

        @Override
        public DjangoAppObserved observe(DjangoApp app, Lookup lookup) {
            return apps.observe(app, lookup);
        }

        @Override
        public Plan<DjangoAppStatus> plan(DjangoApp app, DjangoAppObserved observed, Instant now) {
            if ("6.6".equals(app.getSpec().version())) {
                throw new IllegalStateException("a value with s3cret in it");
            }
            return apps.plan(app, observed, now);
        }
    }

    private static List<Kind<?, ?, ?>> kinds(List<? extends Kind<?, ?, ?>> all) {
        var kinds = new ArrayList<Kind<?, ?, ?>>();
        all.forEach(kind -> kinds.add(kind instanceof DjangoApps apps ? new Faulty(apps) : kind));
        return kinds;
    }

    @Test
    void the_status_and_an_event_say_that_it_is_our_fault_and_it_goes_on_when_what_led_to_it_is_taken_back()
            throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, NAMESPACE);
        try (var client = cluster.operator();
                var operator = new Operator(
                        new Configuration(TestCluster.OPERATOR_NAMESPACE, "test", Set.of(NAMESPACE), 0, false),
                        client,
                        (databases, brokers) -> kinds(Cast.kinds(databases, brokers)),
                        cast::route,
                        UnaryOperator.identity(),
                        () -> {});
                var _ = cast.playOn(NAMESPACE)) {
            operator.start();
            app.await(Phase.Ready);
            ByHand.patch(app.resource(), "{\"spec\":{\"version\":\"6.6\"}}");
            app.await(Phase.Error);
            assertThat(Conditions.find(app.resource().get().getStatus().conditions(), "Ready"))
                    .hasValueSatisfying(ready -> {
                        assertThat(ready.getReason()).isEqualTo("PlanFailed");
                        assertThat(ready.getMessage())
                                .startsWith("no plan could be made for DjangoApp/mysite, and this is a fault of Nuages")
                                .doesNotContain("s3cret");
                    });
            assertThat(cluster.admin()
                            .resources(Event.class)
                            .inNamespace(NAMESPACE)
                            .list()
                            .getItems())
                    .anyMatch(event -> event.getReason().equals("PlanFailed"));
            assertThat(TestCluster.log().lines())
                    .anyMatch(line ->
                            line.contains("java.lang.IllegalStateException\\n\\tat dev.nuages.operator.PlanFailedTest"))
                    .noneMatch(line -> line.contains("s3cret"));

            ByHand.patch(app.resource(), "{\"spec\":{\"version\":\"1.0\"}}");
            app.awaitReadyAsAsked();
        }
    }
}
