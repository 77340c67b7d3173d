package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The chart grants the operator each verb on each kind by name, and only what it makes use of. */
@Tag("control-plane")
@Order(7)
@ResourceLock(OptionalDefinitions.LOCK)
@ResourceLock(TestCluster.LEASE)
class RightsTest {
    private static final String ADMISSION = "for clusters with OwnerReferencesPermissionEnforcement";

    /** Rights that are granted and that no run without nodes makes use of, with why. */
    private static final Map<String, String> GRANTED_ALL_THE_SAME = Map.of(
            "update nuages.dev/djangoapps/finalizers", ADMISSION,
            "update nuages.dev/postgresservers/finalizers", ADMISSION,
            "update nuages.dev/postgresdatabases/finalizers", ADMISSION,
            "update nuages.dev/redisinstances/finalizers", ADMISSION,
            "update nuages.dev/rabbitmqvhosts/finalizers", ADMISSION);

    /** All that an application can have that is made of kinds of its own; what carries Celery's tasks is a parameter. */
    private static final String EVERYTHING = """
            spec:
              redis: {}
              web: {autoscale: {minReplicas: 2, maxReplicas: 3}}
              websockets: {}
              celery:
                broker: %s
                pools: {fast: {autoscale: {maxReplicas: 3}}}
                beat: {}
              staticFiles: {}
              media: {volume: {size: 1Gi}}
              tasks: {tidy: {schedule: "@daily", command: [tidy]}}
            """;

    private static final String NOTHING = """
            spec:
              version: "1.1"
              redis: null
              web: null
              websockets: null
              celery: null
              staticFiles: null
              tasks: null
              maintenance: null
              deletionPolicy: Delete
            """;

    @RegisterExtension
    static final TestCluster cluster = TestCluster.withGarbageCollection();

    private static KubernetesClient client;
    private static Cast cast;

    @BeforeAll
    static void start() {
        client = cluster.operator();
        cast = new Cast(cluster.admin(), cluster.postgres());
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @Test
    void no_right_has_a_wildcard_or_leads_to_others() {
        var review = client.authorization()
                .v1()
                .selfSubjectRulesReview()
                .create(new SelfSubjectRulesReviewBuilder()
                        .withNewSpec()
                        .withNamespace(TestCluster.OPERATOR_NAMESPACE)
                        .endSpec()
                        .build());
        assertThat(review.getStatus().getResourceRules())
                .hasSizeGreaterThan(10)
                .allSatisfy(rule -> assertThat(Stream.of(rule.getVerbs(), rule.getResources(), rule.getApiGroups())
                                .flatMap(Collection::stream))
                        .doesNotContain("*", "escalate", "bind", "impersonate"));
        assertThat(review.getStatus().getNonResourceRules())
                .allSatisfy(rule -> assertThat(rule.getVerbs()).containsExactly("get"));
    }

    @Test
    void what_is_granted_is_what_is_used() throws Exception {
        liveThroughEverything();
        var unused = new TreeSet<>(granted());
        assertThat(unused).containsAll(GRANTED_ALL_THE_SAME.keySet());
        unused.removeAll(TestCluster.rights().used());
        assertThat(unused)
                .as("granted, and not used")
                .containsExactlyInAnyOrderElementsOf(GRANTED_ALL_THE_SAME.keySet());
    }

    private static Set<String> granted() {
        var admin = cluster.admin();
        var rules = Stream.concat(
                admin.rbac().clusterRoles().withName("nuages-operator").get().getRules().stream(),
                admin
                        .rbac()
                        .roles()
                        .inNamespace(TestCluster.OPERATOR_NAMESPACE)
                        .withName("nuages-operator-leader")
                        .get()
                        .getRules()
                        .stream());
        var rights = new TreeSet<String>();
        rules.forEach(rule -> rights.addAll(rights(rule)));
        return rights;
    }

    private static List<String> rights(PolicyRule rule) {
        return rule.getVerbs().stream()
                .flatMap(verb -> rule.getApiGroups().stream()
                        .flatMap(group ->
                                rule.getResources().stream().map(resource -> verb + " " + group + "/" + resource)))
                .toList();
    }

    /** A life in which everything that an application can have comes and goes, where KEDA and the Gateway API are. */
    private static void liveThroughEverything() throws Exception {
        cluster.admin().resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: rights}
                spec: {postgres: {local: {}}, redis: {local: {}}, rabbitmq: {local: {}}}
                """).create();
        var environment = cluster.admin().resources(DjangoEnvironment.class).withName("rights");
        var app = LiveApp.create(cluster, "rights", "environment: rights");
        ByHand.patch(app.resource(), json(EVERYTHING.formatted("Redis")));
        var configuration = new Configuration(TestCluster.OPERATOR_NAMESPACE, "rights", Set.of("rights"), 0, true);
        try (var _ = OptionalDefinitions.installed(cluster.admin());
                var operator = new Operator(
                        configuration, client, Cast::kinds, cast::route, UnaryOperator.identity(), () -> {})) {
            operator.start();
            getNoPod(app);
            try (var _ = cast.playOn("rights")) {
                app.await(Phase.Ready);
                awaitOne(app, ScaledObject.class);
                awaitOne(app, Ingress.class);
                ByHand.patch(environment, json("spec: {ingress: {gateway: {name: front}}}"));
                awaitOne(app, HTTPRoute.class);
                ByHand.patch(app.resource(), json("spec: {maintenance: true}"));
                awaitOne(app, ConfigMap.class);
                ByHand.patch(environment, json("spec: {ingress: null}"));
                ByHand.patch(app.resource(), json(EVERYTHING.formatted("RabbitMQ")));
                awaitOne(app, RabbitmqVhost.class);
                ByHand.patch(app.resource(), json(NOTHING));
                Eventually.holds(
                        "version 1.1",
                        () -> "1.1".equals(app.resource().get().getStatus().migratedVersion()));
                app.await(Phase.Ready);
                environment.delete();
                app.await(Phase.Error);
            }
        }
    }

    /** The operator asks why, where a StatefulSet gets no pod. */
    private static void getNoPod(LiveApp app) {
        awaitOne(app, StatefulSet.class);
        cluster.admin()
                .apps()
                .statefulSets()
                .inNamespace(app.namespace())
                .list()
                .getItems()
                .forEach(set -> ByHand.say(
                        cluster.admin(),
                        set,
                        Map.of("observedGeneration", set.getMetadata().getGeneration(), "replicas", 0)));
        Eventually.holds("a look at Events", () -> TestCluster.rights().used().contains("list events.k8s.io/events"));
    }

    private static String json(String yaml) {
        return Yaml.document(yaml).toString();
    }

    private static void awaitOne(LiveApp app, Class<? extends HasMetadata> type) {
        Eventually.holds(
                HasMetadata.getKind(type),
                () -> !cluster.admin()
                        .resources(type)
                        .inNamespace(app.namespace())
                        .list()
                        .getItems()
                        .isEmpty(),
                () -> String.valueOf(app.resource().get().getStatus()));
    }
}
