package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is changed by hand comes back, and what is deleted goes as its policy says: with real garbage collection. */
@Tag("control-plane")
@Order(10)
class DeletionTest {
    /** This operator keeps no others: an application of another test may ask for the same host. */
    private static final Set<String> NAMESPACES = Set.of(
            "postgres-retain",
            "postgres-delete",
            "redis-retain",
            "redis-delete",
            "from-retain",
            "from-delete",
            "database-retain",
            "database-delete",
            "app-retain",
            "app-delete");

    @RegisterExtension
    static final TestCluster cluster = TestCluster.withGarbageCollection();

    private static KubernetesClient admin;
    private static KubernetesClient client;
    private static Cast cast;
    private static Operator operator;

    @BeforeAll
    static void start() throws IOException {
        admin = cluster.admin();
        client = cluster.operator();
        cast = new Cast(admin, cluster.postgres());
        operator = new Operator(
                new Configuration(TestCluster.OPERATOR_NAMESPACE, "test", NAMESPACES, 0, false),
                client,
                Cast::kinds,
                cast::route,
                UnaryOperator.identity(),
                () -> {
                    throw new AssertionError("there is no lease to lose");
                });
        operator.start();
    }

    @AfterAll
    static void stop() {
        operator.close();
        client.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PostgresServer, postgres, main-postgres-admin, Retain",
        "PostgresServer, postgres, main-postgres-admin, Delete",
        "RedisInstance, redis, main-redis-password, Retain",
        "RedisInstance, redis, main-redis-password, Delete"
    })
    void a_server_is_repaired_and_goes_with_what_it_owns(String kind, String suffix, String password, String policy)
            throws Exception {
        var namespace = suffix + "-" + policy.toLowerCase(Locale.ROOT);
        cluster.newNamespace(namespace);
        create(namespace, kind, "main", "{local: {}, deletionPolicy: " + policy + "}");
        var place = place(namespace, kind, "main");
        try (var _ = cast.playOn(namespace)) {
            awaitReady(place);
            var generated = secret(namespace, password).get().getData();

            repaired(
                    namespace,
                    "StatefulSet/main-" + suffix,
                    admin.apps().statefulSets().inNamespace(namespace).withName("main-" + suffix));
            repaired(
                    namespace,
                    "Service/main-" + suffix,
                    admin.services().inNamespace(namespace).withName("main-" + suffix));
            awaitReady(place);

            place.delete();
            awaitOnly(namespace, policy.equals("Retain") ? Set.of("Secret/" + password) : Set.of());
            if (policy.equals("Retain")) {
                create(namespace, kind, "main", "{local: {}}");
                awaitReady(place);
                assertThat(secret(namespace, password).get().getData()).isEqualTo(generated);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"Retain, Delete", "Delete, Retain"})
    void a_generated_secret_follows_a_change_of_the_policy(String before, String after) throws Exception {
        var namespace = "from-" + before.toLowerCase(Locale.ROOT);
        cluster.newNamespace(namespace);
        create(namespace, "RedisInstance", "main", "{local: {}, deletionPolicy: " + before + "}");
        var place = place(namespace, "RedisInstance", "main");
        var password = secret(namespace, "main-redis-password");
        try (var _ = cast.playOn(namespace)) {
            awaitReady(place);
            var generated = password.get();
            assertThat(generated.getMetadata().getOwnerReferences()).hasSize(before.equals("Delete") ? 1 : 0);

            ByHand.patch(place, "{\"spec\":{\"deletionPolicy\":\"" + after + "\"}}");
            Eventually.holds(
                    "the reference follows",
                    () -> password.get().getMetadata().getOwnerReferences().size() == (after.equals("Delete") ? 1 : 0));
            assertThat(password.get().getData()).isEqualTo(generated.getData());
            assertThat(password.get().getMetadata().getUid())
                    .isEqualTo(generated.getMetadata().getUid());

            place.delete();
            awaitOnly(namespace, after.equals("Retain") ? Set.of("Secret/main-redis-password") : Set.of());
        }
    }

    @ParameterizedTest
    @CsvSource({"Retain", "Delete"})
    void a_database_is_repaired_and_dropped_only_if_it_may_be(String policy) throws Exception {
        var namespace = "database-" + policy.toLowerCase(Locale.ROOT);
        var name = "orders_" + policy.toLowerCase(Locale.ROOT);
        cluster.newNamespace(namespace);
        create(namespace, "PostgresServer", "main", "{local: {}}");
        create(
                namespace,
                "PostgresDatabase",
                "orders",
                "{server: main, database: " + name + ", extensions: [citext], deletionPolicy: " + policy + "}");
        var place = place(namespace, "PostgresDatabase", "orders");
        try (var _ = cast.playOn(namespace)) {
            awaitReady(place);
            assertThat(cluster.postgres().databases()).contains(name);

            repaired(namespace, "Secret/orders-database", secret(namespace, "orders-database"));
            awaitReady(place);

            place.delete();
            Eventually.holds("the object is gone", () -> place.get() == null);
            Eventually.holds(
                    "its way is gone",
                    () -> secret(namespace, "orders-database").get() == null);
            assertThat(cluster.postgres().databases().contains(name)).isEqualTo(policy.equals("Retain"));
            assertThat(cluster.postgres().roles().contains(name)).isEqualTo(policy.equals("Retain"));
            if (policy.equals("Retain")) {
                assertThat(secret(namespace, "orders-database-password").get()).isNotNull();
            }
        }
    }

    @Test
    void an_application_goes_and_another_of_its_name_finds_its_data() throws Exception {
        var app = LiveApp.create(cluster, "app-retain", "redis: {}");
        try (var _ = cast.playOn(app.namespace())) {
            app.await(Phase.Ready);
            var key = secret(app.namespace(), "mysite-secret-key").get().getData();
            var retained = Set.of(
                    "Secret/mysite-secret-key",
                    "Secret/mysite-postgres-admin",
                    "Secret/mysite-database-password",
                    "Secret/mysite-redis-password");
            app.resource().delete();
            awaitOnly(app.namespace(), retained);
            assertThat(cluster.postgres().databases()).contains("app_retain");

            app.create("redis: {}");
            app.await(Phase.Ready);
            assertThat(secret(app.namespace(), "mysite-secret-key").get().getData())
                    .isEqualTo(key);
        }
    }

    @Test
    void of_an_application_that_may_go_nothing_is_left() throws Exception {
        var app = LiveApp.create(cluster, "app-delete", "deletionPolicy: Delete");
        try (var _ = cast.playOn(app.namespace())) {
            app.await(Phase.Ready);
            app.resource().delete();
            awaitOnly(app.namespace(), Set.of());
        }
    }

    /** Takes a label and, afterwards, the whole object away: both come back. */
    private static void repaired(String namespace, String name, Resource<? extends HasMetadata> place) {
        ByHand.patch(place, "{\"metadata\":{\"labels\":{\"nuages.dev/owner-name\":\"nobody\"}}}");
        Eventually.holds(
                "the label of " + name + " in " + namespace,
                () -> !"nobody".equals(place.get().getMetadata().getLabels().get("nuages.dev/owner-name")));
        var uid = place.get().getMetadata().getUid();
        place.delete();
        Eventually.holds("another " + name, () -> {
            var now = place.get();
            return now != null && !uid.equals(now.getMetadata().getUid());
        });
    }

    private static void create(String namespace, String kind, String name, String spec) {
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: %s
                metadata: {name: %s}
                spec: %s
                """.formatted(kind, name, spec)).inNamespace(namespace).create();
    }

    private static Resource<? extends HasMetadata> place(String namespace, String kind, String name) {
        Class<? extends HasMetadata> type = switch (kind) {
            case "PostgresServer" -> PostgresServer.class;
            case "PostgresDatabase" -> PostgresDatabase.class;
            default -> RedisInstance.class;
        };
        return admin.resources(type).inNamespace(namespace).withName(name);
    }

    private static Resource<Secret> secret(String namespace, String name) {
        return admin.secrets().inNamespace(namespace).withName(name);
    }

    private static void awaitReady(Resource<? extends HasMetadata> place) {
        Eventually.holds("it is ready", () -> isReady(place.get()), () -> Yaml.text(Yaml.tree(place.get())));
    }

    private static boolean isReady(HasMetadata object) {
        for (var condition : Yaml.tree(object).at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** Waits until of all that was made only this is left. */
    private static void awaitOnly(String namespace, Set<String> wanted) {
        Eventually.holds(
                "only " + wanted + " is left in " + namespace,
                () -> names(namespace).equals(wanted),
                () -> names(namespace).toString());
    }

    private static Set<String> names(String namespace) {
        return Witness.objects(admin, namespace)
                .map(object -> object.getKind() + "/" + object.getMetadata().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
