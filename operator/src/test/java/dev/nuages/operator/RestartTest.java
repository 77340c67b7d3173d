package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.MigrationStatus.State;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator ends and another begins, in every phase of an application: nothing is lost, and nothing done twice. */
@Tag("control-plane")
class RestartTest {
    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient client;
    private static Cast cast;
    private static Witness witness;

    @BeforeAll
    static void start() {
        client = cluster.operator();
        cast = new Cast(cluster.admin(), cluster.postgres());
        witness = new Witness(cluster.admin());
    }

    @AfterAll
    static void stop() {
        witness.close();
        client.close();
    }

    /** When the operator ends. */
    enum Moment {
        INITIALIZING,
        MIGRATING,
        MIGRATED_WHILE_AWAY,
        DEPLOYING,
        READY,
        ERROR
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_lost_or_done_twice(Moment moment) throws Exception {
        var app = LiveApp.create(
                cluster, "restart-" + moment.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        try (var _ = app.startOperator(client, cast)) {
            playUntil(moment, app);
        }
        if (moment == Moment.MIGRATED_WHILE_AWAY) {
            cast.complete(cast.awaitMigration(app.namespace()));
        }
        try (var _ = app.startOperator(client, cast);
                var _ = cast.playOn(app.namespace())) {
            if (moment == Moment.ERROR) {
                app.await(Phase.Error);
                app.retry();
            }
            app.await(Phase.Ready);
        }
        var status = Objects.requireNonNull(app.resource().get().getStatus());
        var migration = Objects.requireNonNull(status.migration());
        assertThat(migration.state()).isEqualTo(State.Succeeded);
        assertThat(migration.attempt()).isEqualTo(moment == Moment.ERROR ? 2 : 1);
        var counts = witness.comingsAndGoings(app.namespace());
        assertThat(counts.keySet())
                .contains("Secret/mysite-secret-key", "PostgresDatabase/mysite", "Deployment/mysite-web");
        assertThat(counts.keySet().stream().filter(name -> name.startsWith("Job/")))
                .hasSize(migration.attempt());
        assertThat(counts)
                .allSatisfy((object, count) -> assertThat(count).as(object).isEqualTo("came 1, went 0"));
    }

    private static void playUntil(Moment moment, LiveApp app) {
        app.await(Phase.Initializing);
        if (moment == Moment.INITIALIZING) {
            return;
        }
        cast.startPostgres(app.namespace(), LiveApp.NAME);
        var job = cast.awaitMigration(app.namespace());
        switch (moment) {
            case ERROR -> {
                cast.fail(job, "ValueError: no such colour");
                app.await(Phase.Error);
            }
            case DEPLOYING, READY -> {
                cast.complete(job);
                app.await(Phase.Deploying);
                if (moment == Moment.READY) {
                    cast.rollOut(app.namespace(), LiveApp.WEB);
                    app.await(Phase.Ready);
                }
            }
            default -> app.await(Phase.Migrating);
        }
    }
}
