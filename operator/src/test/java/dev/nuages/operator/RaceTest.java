package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.operator.Meanwhile.Moment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody's change that lands while our own write of the same object is in flight: the SDK's filter of its own events
 * loses it (java-operator-sdk #3398, #3484), so it is switched off. One that is lost would be found by the look that
 * follows every write, ten seconds later: so each must be found sooner.
 */
@Tag("control-plane")
class RaceTest {
    private static final int ROUNDS = 40;
    private static final Duration SOONER_THAN_A_LOOK = Duration.ofSeconds(8);

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static final Meanwhile meanwhile = new Meanwhile();
    private static KubernetesClient client;
    private static Cast cast;

    @BeforeAll
    static void start() {
        client = cluster.operator(meanwhile);
        cast = new Cast(cluster.admin(), cluster.postgres());
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_change_of_what_we_write_is_put_back(Moment moment) throws Exception {
        var app = LiveApp.create(cluster, "race-drift-" + inName(moment));
        try (var _ = cast.playOn(app.namespace());
                var _ = app.startOperator(client, cast)) {
            app.await(Phase.Ready);
            for (int round = 0; round < ROUNDS; round++) {
                meanwhile.once(
                        moment, RaceTest::writesWeb, () -> ByHand.patch(app.web(), "{\"spec\":{\"replicas\":7}}"));
                ByHand.patch(app.web(), "{\"spec\":{\"replicas\":5}}");
                var since = Instant.now();
                Eventually.holds(
                        "one replica again, in round " + round,
                        () -> meanwhile.hasHappened()
                                && app.web().get().getSpec().getReplicas() == 1);
                assertThat(Duration.between(since, Instant.now()))
                        .as("round " + round)
                        .isLessThan(SOONER_THAN_A_LOOK);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_change_of_the_application_while_its_status_is_written_is_carried_out(Moment moment) throws Exception {
        var app = LiveApp.create(cluster, "race-spec-" + inName(moment));
        try (var _ = cast.playOn(app.namespace());
                var _ = app.startOperator(client, cast)) {
            app.await(Phase.Ready);
            for (int round = 0; round < ROUNDS / 4; round++) {
                int wanted = 10 + round;
                meanwhile.once(moment, RaceTest::saysDeploying, () -> scale(app, wanted));
                scale(app, 2 + round % 2);
                var since = Instant.now();
                Eventually.holds(
                        wanted + " replicas",
                        () -> meanwhile.hasHappened()
                                && app.web().get().getSpec().getReplicas() == wanted,
                        () -> meanwhile.hasHappened() + " " + app.resource().get());
                assertThat(Duration.between(since, Instant.now()))
                        .as("round " + round)
                        .isLessThan(SOONER_THAN_A_LOOK);
                // Else what is still to be said of this round would set off the next one's change too early.
                app.awaitReadyAsAsked();
            }
        }
    }

    private static String inName(Moment moment) {
        return moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void scale(LiveApp app, int replicas) {
        ByHand.patch(app.resource(), "{\"spec\":{\"web\":{\"replicas\":" + replicas + "}}}");
    }

    private static boolean writesWeb(HttpRequest request) {
        return request.method().equals("PATCH") && request.uri().getPath().endsWith("/deployments/" + LiveApp.WEB);
    }

    private static boolean saysDeploying(HttpRequest request) {
        return request.method().equals("PUT")
                && request.uri().getPath().endsWith("/djangoapps/" + LiveApp.NAME + "/status")
                && request.bodyString().contains("\"phase\":\"Deploying\"");
    }
}
