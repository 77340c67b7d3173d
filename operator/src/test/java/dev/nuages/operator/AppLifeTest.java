package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.LocalPostgres;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseSpec;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.PostgresServerSpec;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The operator under the chart's own rights, on a real API server and with a real PostgreSQL; the rest of the cluster is
 * played by {@link Cast}. Each test has a namespace of its own.
 */
@Tag("control-plane")
@Order(6)
@ResourceLock(TestCluster.LEASE)
class AppLifeTest {
    /** An operator for all would keep the applications of other tests, too. */
    private static final Set<String> NAMESPACES =
            Set.of("from-nothing", "drift", "flapping", "failed-migration", "foreign", "farewell");

    private static final String APP = "mysite";
    private static final String WEB = "mysite-web";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient admin;
    private static KubernetesClient client;
    private static Cast cast;
    private static Operator operator;

    @BeforeAll
    static void start() throws IOException {
        admin = cluster.admin();
        client = cluster.operator();
        cast = new Cast(admin, cluster.postgres());
        operator = startOperator("first");
    }

    @AfterAll
    static void stop() {
        operator.close();
        client.close();
    }

    private static Operator startOperator(String identity) throws IOException {
        var configuration = new Configuration(TestCluster.OPERATOR_NAMESPACE, identity, NAMESPACES, 0, true);
        var started = new Operator(configuration, client, Cast::kinds, cast::route, UnaryOperator.identity(), () -> {
            throw new AssertionError("the lease was lost");
        });
        started.start();
        return started;
    }

    @Test
    void from_nothing_to_ready_and_then_not_a_single_write() throws Exception {
        var namespace = readyApp("from-nothing");
        var status = app(namespace).getStatus();
        assertThat(status.migratedVersion()).isEqualTo("1.0");
        assertThat(status.ready()).isEqualTo("1/1");
        assertThat(status.url()).isEqualTo("http://from-nothing.example.org");
        var before = versions(namespace);

        operator.close();
        operator = startOperator("second");

        for (var kind : List.of("DjangoApp", "PostgresServer", "PostgresDatabase")) {
            Eventually.holds(
                    "a turn that changes nothing, of " + kind, () -> new Turns(operator).of(kind, "unchanged") > 0);
        }
        assertThat(versions(namespace)).isEqualTo(before);
    }

    @Test
    void what_somebody_changes_is_put_back_and_said() throws Exception {
        var namespace = readyApp("drift");
        ByHand.patch(deployment(namespace), "{\"spec\":{\"replicas\":5}}");
        Eventually.holds(
                "one replica again", () -> deployment(namespace).get().getSpec().getReplicas() == 1);
        awaitEvent(
                namespace,
                event -> "DriftRepaired".equals(event.getReason())
                        && event.getNote().contains("spec.replicas")
                        && event.getNote().contains(ByHand.MANAGER));
        cast.rollOut(namespace, WEB);
        awaitPhase(namespace, Phase.Ready);

        var uid = deployment(namespace).get().getMetadata().getUid();
        deployment(namespace).delete();
        Eventually.holds(
                "another Deployment",
                () -> Optional.ofNullable(deployment(namespace).get())
                        .filter(made -> !uid.equals(made.getMetadata().getUid()))
                        .isPresent());
        cast.rollOut(namespace, WEB);
        awaitPhase(namespace, Phase.Ready);
    }

    @Test
    void what_comes_and_goes_is_told_each_time() throws Exception {
        var namespace = readyApp("flapping");
        for (int i = 0; i < 2; i++) {
            ByHand.say(admin, deployment(namespace).get(), Map.of("readyReplicas", 0, "availableReplicas", 0));
            awaitPhase(namespace, Phase.Deploying);
            cast.rollOut(namespace, WEB);
            awaitPhase(namespace, Phase.Ready);
        }
        assertThat(events(namespace))
                .filteredOn(event -> event.getReason().equals("Ready")
                        || event.getNote().contains("waiting for Deployment/" + WEB + " (0/1)"))
                .extracting(Event::getReason)
                .containsExactlyInAnyOrder("Ready", "Deploying", "Ready", "Deploying", "Ready");
    }

    @Test
    void a_failed_migration_is_told_and_tried_again_when_asked() throws Exception {
        var namespace = newApp("failed-migration");
        cast.startPostgres(namespace, APP);
        cast.fail(cast.awaitMigration(namespace), "Traceback\ndjango.db.utils.DataError: no such thing");
        awaitPhase(namespace, Phase.Error);
        assertThat(migration(namespace).output()).contains("django.db.utils.DataError: no such thing");
        awaitEvent(namespace, event -> "MigrationFailed".equals(event.getReason()));
        assertThat(deployment(namespace).get()).isNull();

        ByHand.patch(
                apps(namespace),
                "{\"metadata\":{\"annotations\":{\"" + Nuages.RETRY_ANNOTATION + "\":\"once more\"}}}");
        cast.complete(cast.awaitMigration(namespace));
        cast.rollOut(namespace, WEB);
        awaitPhase(namespace, Phase.Ready);
        assertThat(migration(namespace).attempt()).isEqualTo(2);
    }

    @Test
    void a_service_of_somebody_elses_is_not_taken_over() throws Exception {
        cluster.newNamespace("foreign");
        var foreign = admin.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(WEB)
                        .withNamespace("foreign")
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .addToSelector("app", "theirs")
                        .endSpec()
                        .build())
                .create();
        createApp("foreign");
        cast.startPostgres("foreign", APP);
        cast.complete(cast.awaitMigration("foreign"));
        awaitEvent(
                "foreign",
                event -> "NameTaken".equals(event.getReason())
                        && event.getNote().contains("Service/" + WEB + " exists and was not made for"));
        awaitPhase("foreign", Phase.Error);
        assertThat(Conditions.find(app("foreign").getStatus().conditions(), "Ready"))
                .hasValueSatisfying(condition ->
                        assertThat(condition.getMessage()).contains("Service/" + WEB, "rename or delete it"));
        var after = admin.resources(Service.class)
                .inNamespace("foreign")
                .withName(WEB)
                .get();
        assertThat(after.getMetadata().getResourceVersion())
                .isEqualTo(foreign.getMetadata().getResourceVersion());
        admin.resource(foreign).delete();
        cast.rollOut("foreign", WEB);
        awaitPhase("foreign", Phase.Ready);
    }

    @Test
    void a_database_that_may_go_is_dropped_before_its_object_goes() throws Exception {
        cluster.newNamespace("farewell");
        var server = new PostgresServer();
        server.setMetadata(meta("farewell", "main"));
        server.setSpec(new PostgresServerSpec(LocalPostgres.EMPTY, null, null));
        admin.resource(server).create();
        cast.startPostgres("farewell", "main");
        var database = new PostgresDatabase();
        database.setMetadata(meta("farewell", "shop"));
        database.setSpec(new PostgresDatabaseSpec("main", null, List.of("pg_trgm"), DeletionPolicy.Delete));
        var made = admin.resource(database).create();
        awaitReady(made);
        assertThat(cluster.postgres().databases()).contains("shop");
        assertThat(cluster.postgres().roles()).contains("shop");

        admin.resource(made).delete();
        Eventually.holds("the object is gone", () -> admin.resource(made).get() == null);
        assertThat(cluster.postgres().databases()).doesNotContain("shop");
        assertThat(cluster.postgres().roles()).doesNotContain("shop");
    }

    private static String readyApp(String namespace) {
        newApp(namespace);
        cast.startPostgres(namespace, APP);
        cast.complete(cast.awaitMigration(namespace));
        cast.rollOut(namespace, WEB);
        awaitPhase(namespace, Phase.Ready);
        return namespace;
    }

    private static String newApp(String namespace) {
        cluster.newNamespace(namespace);
        createApp(namespace);
        return namespace;
    }

    private static void createApp(String namespace) {
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata:
                  name: mysite
                spec:
                  image: registry.example.org/mysite
                  version: "1.0"
                  settings: mysite.settings
                  host: %s.example.org
                  database: {name: %s}
                """.formatted(namespace, namespace.replace('-', '_')))
                .inNamespace(namespace)
                .create();
    }

    private static ObjectMeta meta(String namespace, String name) {
        return new ObjectMetaBuilder().withNamespace(namespace).withName(name).build();
    }

    private static Resource<DjangoApp> apps(String namespace) {
        return admin.resources(DjangoApp.class).inNamespace(namespace).withName(APP);
    }

    private static DjangoApp app(String namespace) {
        return apps(namespace).get();
    }

    private static MigrationStatus migration(String namespace) {
        return Objects.requireNonNull(app(namespace).getStatus().migration());
    }

    private static Resource<Deployment> deployment(String namespace) {
        return admin.resources(Deployment.class).inNamespace(namespace).withName(WEB);
    }

    private static void awaitPhase(String namespace, Phase phase) {
        Eventually.holds(
                "phase " + phase,
                () -> app(namespace).getStatus() != null
                        && app(namespace).getStatus().phase() == phase,
                () -> String.valueOf(app(namespace).getStatus()));
    }

    private static void awaitReady(PostgresDatabase database) {
        Eventually.holds(
                "the database is ready",
                () -> Optional.ofNullable(admin.resource(database).get().getStatus())
                        .filter(status -> Conditions.isTrue(status.conditions(), "Ready", null))
                        .isPresent(),
                () -> String.valueOf(admin.resource(database).get().getStatus()));
    }

    private static void awaitEvent(String namespace, Predicate<Event> wanted) {
        Eventually.holds(
                "an Event",
                () -> events(namespace).stream().anyMatch(wanted),
                () -> events(namespace).stream()
                        .map(event -> event.getReason() + ": " + event.getNote())
                        .toList()
                        .toString());
    }

    private static List<Event> events(String namespace) {
        return admin.events().v1().events().inNamespace(namespace).list().getItems();
    }

    private static Map<String, String> versions(String namespace) {
        var versions = Versions.in(admin, namespace);
        assertThat(versions).containsKeys("DjangoApp/mysite", "Deployment/mysite-web", "Secret/mysite-env");
        return versions;
    }
}
