package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only the API server, or a database, can judge of what a user asks for is told in its words, where users look. */
@Tag("control-plane")
class ObjectRefusedTest {
    private static final String NAMESPACE = "object-refused";
    private static final String TASK = "{\"spec\":{\"tasks\":{\"tidy\":{\"schedule\":\"%s\",\"command\":[\"tidy\"]}}}}";

    private static final String VERSION_AND_TASK =
            "{\"spec\":{\"version\":\"%s\",\"tasks\":{\"tidy\":{\"schedule\":\"%s\",\"command\":[\"tidy\"]}}}}";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void a_schedule_that_is_none_is_said_in_the_status_and_by_an_event_and_can_be_corrected() throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, NAMESPACE);
        try (var client = cluster.operator();
                var _ = app.startOperator(client, cast);
                var _ = cast.playOn(NAMESPACE)) {
            app.await(Phase.Ready);
            ByHand.patch(app.resource(), TASK.formatted("61 * * * *"));
            app.await(Phase.Error);
            assertThat(conditions(app))
                    .filteredOn(condition -> condition.getType().equals("Ready"))
                    .singleElement()
                    .satisfies(condition -> {
                        assertThat(condition.getReason()).isEqualTo("ObjectRefused");
                        assertThat(condition.getMessage())
                                .startsWith("CronJob/mysite-task-tidy was refused by the API server with code 422: ")
                                .contains("spec.schedule", "61 * * * *");
                    });
            assertThat(cluster.admin()
                            .resources(Event.class)
                            .inNamespace(NAMESPACE)
                            .list()
                            .getItems())
                    .anyMatch(event -> event.getReason().equals("ObjectRefused")
                            && event.getNote().contains("spec.schedule"));

            ByHand.patch(app.resource(), TASK.formatted("6 * * * *"));
            app.awaitReadyAsAsked();

            ByHand.patch(app.resource(), VERSION_AND_TASK.formatted("1.1", "62 * * * *"));
            Eventually.holds(
                    "the schedule that came with a version is refused",
                    () -> conditions(app).stream()
                            .anyMatch(condition -> condition.getMessage().contains("62 * * * *")));
            ByHand.patch(app.resource(), VERSION_AND_TASK.formatted("1.2", "7 * * * *"));
            app.awaitReadyAsAsked();
        }
    }

    @Test
    void an_extension_that_the_server_lacks_is_said_in_the_applications_status_and_can_be_taken_out() throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, "extension-refused");
        try (var client = cluster.operator();
                var _ = app.startOperator(client, cast);
                var _ = cast.playOn("extension-refused")) {
            app.await(Phase.Ready);
            ByHand.patch(app.resource(), "{\"spec\":{\"database\":{\"extensions\":[\"citext\",\"vector\"]}}}");
            app.await(Phase.Error);
            assertThat(conditions(app))
                    .filteredOn(condition -> List.of("Ready", "DatabaseReady").contains(condition.getType()))
                    .hasSize(2)
                    .allSatisfy(condition -> {
                        assertThat(condition.getReason()).isEqualTo("DatabaseRefused");
                        assertThat(condition.getMessage())
                                .startsWith("PostgresDatabase mysite: ")
                                .contains("\"vector\"");
                    });
            ByHand.patch(app.resource(), "{\"spec\":{\"database\":{\"extensions\":[\"citext\"]}}}");
            app.awaitReadyAsAsked();
        }
    }

    private static List<Condition> conditions(LiveApp app) {
        return Optional.of(app.resource().get())
                .map(DjangoApp::getStatus)
                .map(DjangoAppStatus::conditions)
                .orElse(List.of());
    }
}
