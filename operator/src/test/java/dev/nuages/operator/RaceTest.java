package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.PostgresServer;
import dev.nuages.operator.Meanwhile.Moment;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
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
@Order(8)
class RaceTest {
    private static final int ROUNDS = 20;
    private static final String POSTGRES = LiveApp.NAME + "-postgres";
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
            for (int round = 0; round < ROUNDS / 2; round++) {
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

    /** The SDK loses the event of an object that is made while it is at the deletion of another of its name (#3614). */
    @ParameterizedTest
    @EnumSource
    void what_is_made_anew_while_the_former_is_looked_after_is_looked_after_too(Moment moment) throws Exception {
        var app = LiveApp.create(cluster, "race-anew-" + inName(moment));
        try (var _ = cast.playOn(app.namespace());
                var _ = app.startOperator(client, cast)) {
            app.await(Phase.Ready);
            var former = server(app).get().getMetadata().getUid();
            meanwhile.once(moment, RaceTest::writesService, () -> {
                server(app).delete();
                Eventually.holds(
                        "the application makes another",
                        () -> isAnother(server(app).get(), former));
            });
            service(app).delete();
            Eventually.holds(
                    "something is said of the server that was made anew",
                    () -> meanwhile.hasHappened() && isLookedAfter(server(app).get(), former));
        }
    }

    private static Resource<PostgresServer> server(LiveApp app) {
        return cluster.admin()
                .resources(PostgresServer.class)
                .inNamespace(app.namespace())
                .withName(LiveApp.NAME);
    }

    private static Resource<Service> service(LiveApp app) {
        return cluster.admin().services().inNamespace(app.namespace()).withName(POSTGRES);
    }

    private static boolean isAnother(@Nullable PostgresServer server, String former) {
        return server != null && !server.getMetadata().getUid().equals(former);
    }

    private static boolean isLookedAfter(@Nullable PostgresServer server, String former) {
        return isAnother(server, former)
                && Optional.ofNullable(server).map(PostgresServer::getStatus).isPresent();
    }

    private static boolean writesService(HttpRequest request) {
        return request.method().equals("PATCH") && request.uri().getPath().endsWith("/services/" + POSTGRES);
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
