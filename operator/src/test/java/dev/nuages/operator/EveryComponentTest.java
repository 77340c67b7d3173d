package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.Nuages;
import dev.nuages.core.Conditions;
import dev.nuages.core.Ownership;
import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.keda.TriggerAuthentication;
import dev.nuages.core.scenario.Differences;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One application with every component, through its life: in a cluster without the Gateway API and KEDA, then with them;
 * at rest; in careless hands; and losing one component after the other. With a real PostgreSQL and a real RabbitMQ.
 */
@Tag("control-plane")
@ResourceLock(OptionalDefinitions.LOCK)
@Order(1)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EveryComponentTest {
    private static final String NAMESPACE = "every-component";

    private static final String COMPONENTS = """
            spec:
              redis: {}
              aliases: [www.mysite.example.org]
              web: {autoscale: {minReplicas: 2, maxReplicas: 3}}
              websockets: {replicas: 2}
              channelWorkers: {thumbnails: {channels: [thumbnail]}}
              celery:
                pools: {fast: {autoscale: {maxReplicas: 3}}, slow: {concurrency: 1}}
                beat: {}
              staticFiles: {}
              media: {volume: {size: 1Gi}}
              tasks: {tidy: {schedule: "@daily", command: [clearsessions]}}
              superuser: {username: admin}
              migrations: {before: [{name: check, command: [check]}], after: [{name: warm, command: [warm]}]}
            """;

    private static final Set<String> OUR_KINDS =
            Set.of("DjangoApp", "PostgresServer", "PostgresDatabase", "RedisInstance", "RabbitmqVhost");

    @RegisterExtension
    static final TestCluster cluster = TestCluster.withGarbageCollection();

    private static KubernetesClient admin;
    private static KubernetesClient client;
    private static Cast cast;
    private static BrokerCast brokers;
    private static Operator operator;
    private static AutoCloseable play;
    private static @Nullable OptionalDefinitions definitions;
    private static LiveApp app;
    private static Made made;

    @BeforeAll
    static void start() throws Exception {
        admin = cluster.admin();
        client = cluster.operator();
        cast = new Cast(admin, cluster.postgres());
        brokers = new BrokerCast(admin);
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: every-component}
                spec: {postgres: {local: {}}, redis: {local: {}}, rabbitmq: {local: {}}, ingress: {gateway: {name: front}}}
                """).create();
        cluster.newNamespace(NAMESPACE);
        app = new LiveApp(admin, NAMESPACE);
        made = new Made(admin, NAMESPACE, Witness.KINDS);
        operator = newOperator();
        app.create("environment: every-component");
        ByHand.patch(app.resource(), json(COMPONENTS));
        play = cast.playOn(NAMESPACE);
        brokers.start(NAMESPACE, LiveApp.NAME);
        app.await(Phase.Ready);
    }

    private static Operator newOperator() throws IOException {
        var started = new Operator(
                new Configuration(TestCluster.OPERATOR_NAMESPACE, "test", Set.of(NAMESPACE), 0, false),
                client,
                Cast::kinds,
                cast::route,
                brokers::route,
                () -> {
                    throw new AssertionError("there is no lease to lose");
                });
        started.start();
        return started;
    }

    @AfterAll
    static void stop() throws Exception {
        operator.close();
        play.close();
        brokers.close();
        client.close();
        if (definitions != null) {
            definitions.close();
        }
        environment().delete();
    }

    @Test
    @Order(1)
    void without_the_gateway_api_and_keda_all_else_works_and_the_status_says_what_is_missing() {
        assertThat(configured())
                .hasValueSatisfying(message -> assertThat(message)
                        .contains(
                                "the site has no route, for DjangoEnvironment every-component names a Gateway and this"
                                        + " cluster has no HTTPRoute: install the Gateway API",
                                "pools fast do not scale, their fewest pods run: this cluster has no ScaledObject,"
                                        + " install KEDA"));
        assertThat(made.names()).contains("Deployment/mysite-celery-fast", "Deployment/mysite-web");
        assertThat(made.names()).noneMatch(name -> name.startsWith("Ingress/"));
        assertNothingIsWritten();
    }

    @Test
    @Order(2)
    void when_they_are_installed_what_was_missing_is_made() {
        definitions = OptionalDefinitions.installed(admin);
        made = made.with(List.of(HTTPRoute.class, ScaledObject.class, TriggerAuthentication.class));
        Eventually.holds(
                "nothing to complain of",
                () -> configured().isEmpty(),
                () -> configured().toString());
        assertThat(made.names())
                .contains("HTTPRoute/mysite", "TriggerAuthentication/mysite-celery", "ScaledObject/mysite-celery-fast");
        app.await(Phase.Ready);
    }

    @Test
    @Order(3)
    void at_rest_nothing_is_written_however_often_it_is_looked_at() {
        awaitPeace();
        for (int i = 0; i < 3; i++) {
            look();
        }
        assertNothingIsWritten();
    }

    @Test
    @Order(3)
    void an_operator_that_starts_anew_reads_the_fields_that_keda_added_and_leaves_them() throws Exception {
        var scaled = made.objects()
                .filter(ScaledObject.class::isInstance)
                .findFirst()
                .orElseThrow();
        ByHand.patch(made.place(scaled), json("spec: {advanced: {scalingModifiers: {}}}"));
        operator.close();
        operator = newOperator();
        awaitPeace();
        look();
        assertNothingIsWritten();
        assertThat(configured()).isEmpty();
        var fields = admin.genericKubernetesResources(HasMetadata.getApiVersion(ScaledObject.class), "ScaledObject")
                .inNamespace(NAMESPACE)
                .withName(scaled.getMetadata().getName())
                .get();
        assertThat(fields.<Object>get("spec", "advanced", "scalingModifiers")).isEqualTo(Map.of());
    }

    @Test
    @Order(4)
    void what_a_careless_hand_changes_of_any_object_is_put_back_and_said() {
        made.objects()
                .filter(object -> Ownership.annotation(object, Nuages.AUTOSCALED_ANNOTATION)
                        .equals("true"))
                .forEach(object -> ByHand.patch(made.place(object), json("spec: {replicas: 3}")));
        // Kind by kind, so that none is found to have changed only because another kind is watched.
        made.objects()
                .collect(Collectors.groupingBy(HasMetadata::getKind, TreeMap::new, Collectors.toList()))
                .values()
                .forEach(EveryComponentTest::changedAndPutBack);
        assertThat(made.objects()
                        .filter(Deployment.class::isInstance)
                        .map(Deployment.class::cast)
                        .filter(deployment -> deployment.getSpec().getReplicas() == 3)
                        .map(Made::name))
                .as("how many pods there are, where an autoscaler says it")
                .containsExactly("Deployment/mysite-celery-fast", "Deployment/mysite-web");
    }

    @Test
    @Order(5)
    void what_a_careless_hand_deletes_comes_back_and_is_said() {
        var before = made.names();
        // One by one, for nothing is said of what is missing while its owner is not whole.
        // The application's own first, for it is not whole while one of its servers is not.
        made.objects()
                .filter(object -> !CarelessChange.holdsData(object))
                .sorted(Comparator.comparing(object -> !Made.ownerKind(object).equals("DjangoApp")))
                .forEach(EveryComponentTest::deletedAndMadeAgain);
        awaitPeace();
        assertThat(made.names()).isEqualTo(before);
        deletedAndMade(
                secret("mysite-secret-key"),
                "generated new values for Secret/mysite-secret-key, which had been deleted: those that it held are lost");
    }

    @Test
    @Order(6)
    void another_way_to_the_site_takes_the_place_of_the_first() {
        var before = made.names();
        ByHand.patch(environment(), json("spec: {ingress: null}"));
        before.remove("HTTPRoute/mysite");
        before.add("Ingress/mysite");
        Eventually.holds(
                "an Ingress in place of the HTTPRoute",
                () -> made.names().equals(before),
                () -> made.names().toString());
        app.await(Phase.Ready);
        var ingress = made.objects()
                .filter(object -> Made.name(object).equals("Ingress/mysite"))
                .findFirst();
        changedAndPutBack(List.of(ingress.orElseThrow()));
        deletedAndMadeAgain(ingress.orElseThrow());
        assertNothingIsWritten();
    }

    @ParameterizedTest
    @MethodSource("dev.nuages.operator.Removal#all")
    @Order(7)
    void a_component_that_is_taken_out_goes_and_nothing_else_does(Removal removal) {
        var before = made.uids();
        ByHand.patch(app.resource(), json("spec: " + removal.change()));
        before.keySet().removeAll(removal.gone());
        Eventually.holds(
                "without " + removal.gone(),
                () -> made.uids().equals(before),
                () -> Differences.between(Yaml.text(Yaml.tree(before)), Yaml.text(Yaml.tree(made.uids()))));
        awaitPeace();
        assertThat(made.uids()).isEqualTo(before);
    }

    /** Changes objects, and waits until each is as it was, an Event says so and the site is well. */
    private static void changedAndPutBack(List<HasMetadata> objects) {
        objects.forEach(object -> ByHand.patch(made.place(object), CarelessChange.of(object)));
        for (var object : objects) {
            var before = wanted(object);
            Eventually.holds(
                    Made.name(object) + " as it was",
                    () -> wanted(made.place(object).get()).equals(before),
                    () -> Differences.between(before, wanted(made.place(object).get())));
            awaitEvent(" of " + Made.name(object) + " back, which " + ByHand.MANAGER + " had changed");
        }
        awaitPeace();
    }

    private static void deletedAndMadeAgain(HasMetadata object) {
        deletedAndMade(
                object,
                "made " + Made.name(object) + ", which was missing",
                // Where it was seen on its way out.
                "will make " + Made.name(object) + " again, which is being deleted");
    }

    private static void deletedAndMade(HasMetadata object, String... sentences) {
        var uid = made.place(object).get().getMetadata().getUid();
        made.place(object).delete();
        Eventually.holds(
                "another " + Made.name(object),
                () -> Optional.ofNullable(made.place(object).get())
                        .filter(another -> !uid.equals(another.getMetadata().getUid()))
                        .isPresent());
        awaitEvent(sentences);
        if (OUR_KINDS.contains(object.getKind())) {
            awaitPeace();
        } else {
            awaitOwnersTurn(object);
            awaitReady();
        }
    }

    /** Until the turn that said it is over, at whose end the status tells that something is not ready. */
    private static void awaitOwnersTurn(HasMetadata object) {
        var kind = Made.ownerKind(object);
        var turns = new Turns(operator);
        var before = turns.of(kind);
        ByHand.patch(made.owner(object), json("metadata: {annotations: {looked-at: '" + before + "'}}"));
        Eventually.holds("a turn of " + kind, () -> turns.of(kind) > before);
    }

    /** Until garbage is collected, all that is asked for is ready, and the operator has nothing to do. */
    private static void awaitPeace() {
        Eventually.holds("all that belongs to something there is", made::isWithoutOrphans);
        awaitReady();
        look();
    }

    private static void awaitReady() {
        Eventually.holds(
                "all that is asked for is ready",
                () -> made.ofGroup(Nuages.GROUP).allMatch(EveryComponentTest::isReady)
                        && app.phase().equals(Optional.of(Phase.Ready)),
                () -> String.valueOf(app.resource().get().getStatus()));
    }

    private static boolean isReady(HasMetadata object) {
        return Yaml.tree(object).at("/status/conditions").findParents("type").stream()
                .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                        && condition.path("status").asText().equals("True")
                        && condition.path("observedGeneration").asLong()
                                == object.getMetadata().getGeneration());
    }

    /** One of them. */
    private static void awaitEvent(String... sentences) {
        Eventually.holds(
                "an Event: " + String.join(", or: ", sentences),
                () -> events().anyMatch(event -> Stream.of(sentences).anyMatch(event.getNote()::contains)),
                () -> events().map(event -> event.getReason() + ": " + event.getNote())
                        .sorted()
                        .collect(Collectors.joining("\n")));
    }

    private static Stream<Event> events() {
        return admin.events().v1().events().inNamespace(NAMESPACE).list().getItems().stream();
    }

    /** While the operator looks at everything, no object gets another version but by us. */
    private static void assertNothingIsWritten() {
        awaitPeace();
        var versions = versions();
        versions.putAll(look());
        assertThat(versions()).isEqualTo(versions);
        assertThat(events())
                .as("what the API server makes of our objects is not taken for an admission policy's doing")
                .noneMatch(event -> "ObjectAltered".equals(event.getReason()));
    }

    /**
     * Has the operator look at everything, and waits until it has, with nothing to do.
     *
     * @return the versions of what was touched for it
     */
    private static Map<String, String> look() {
        var turns = new Turns(operator);
        var before = new TreeMap<>(turns.with("unchanged"));
        // An application hears of its environment's changes, so it need not be touched itself.
        ByHand.patch(environment(), json("metadata: {annotations: {looked-at: '" + before + "'}}"));
        before.merge("DjangoApp", 1.0, Double::sum);
        var touched = new TreeMap<String, String>();
        made.ofGroup(Nuages.GROUP).forEach(object -> {
            var patched =
                    ByHand.patch(made.place(object), json("metadata: {annotations: {looked-at: '" + before + "'}}"));
            touched.put(Made.name(patched), patched.getMetadata().getResourceVersion());
            before.merge(object.getKind(), 1.0, Double::sum);
        });
        Eventually.holds(
                "turns with nothing to do, of each kind as many as " + before,
                () -> reached(turns.with("unchanged"), before),
                () -> turns.with("unchanged").toString());
        return touched;
    }

    private static boolean reached(Map<String, Double> counts, Map<String, Double> wanted) {
        return wanted.entrySet().stream()
                .allMatch(count -> counts.getOrDefault(count.getKey(), 0.0) >= count.getValue());
    }

    private static Map<String, String> versions() {
        return Versions.in(admin, NAMESPACE);
    }

    /** An object without what tells one time from another. */
    private static String wanted(HasMetadata object) {
        var tree = Yaml.tree(object);
        tree.remove("status");
        tree.withObject("/metadata/annotations").remove("looked-at");
        tree.withObject("/metadata").remove(List.of("resourceVersion", "generation", "managedFields", "finalizers"));
        return Yaml.text(tree);
    }

    private static Optional<String> configured() {
        var status = app.resource().get().getStatus();
        return Conditions.find(status.conditions(), "Configured").map(condition -> condition.getMessage());
    }

    private static Secret secret(String name) {
        return admin.secrets().inNamespace(NAMESPACE).withName(name).get();
    }

    private static Resource<DjangoEnvironment> environment() {
        return admin.resources(DjangoEnvironment.class).withName("every-component");
    }

    private static String json(String yaml) {
        return Yaml.document(yaml).toString();
    }
}
