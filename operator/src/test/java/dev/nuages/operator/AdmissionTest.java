package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.Nuages;
import dev.nuages.core.Drift;
import dev.nuages.core.Ownership;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What policies of the cluster make of our objects is left so, and said once. On a real API server, which has such policies. */
@Tag("control-plane")
@Order(9)
class AdmissionTest {
    private static final String MIRROR = "mirror.example.org/";

    /** What a registry's mirror asks for: each image that is not taken from it already. */
    private static final String MIRRORED = """
            [0].filter(i, !object.spec.template.spec.containers[i].image.startsWith("mirror.example.org/")).map(i,
              JSONPatch{op: "replace", path: "/spec/template/spec/containers/" + string(i) + "/image",
                value: "mirror.example.org/" + object.spec.template.spec.containers[i].image})
            + [0, 1].filter(i, has(object.spec.template.spec.initContainers)
                && i < object.spec.template.spec.initContainers.size()
                && !object.spec.template.spec.initContainers[i].image.startsWith("mirror.example.org/")).map(i,
              JSONPatch{op: "replace", path: "/spec/template/spec/initContainers/" + string(i) + "/image",
                value: "mirror.example.org/" + object.spec.template.spec.initContainers[i].image})
            """;

    /** A variable more for each pod that has any. */
    private static final String PROXIED = """
            has(object.spec.template.spec.containers[0].env)
              && !object.spec.template.spec.containers[0].env.exists(e, e.name == "HTTPS_PROXY")
            ? [JSONPatch{op: "add", path: "/spec/template/spec/containers/0/env/0",
                value: Object.spec.template.spec.containers.env{name: "HTTPS_PROXY", value: "proxy.example.org"}}]
            : []
            """;

    /** Something else at each write. */
    private static final String COUNTED = """
            [JSONPatch{op: "replace", path: "/spec/template/spec/terminationGracePeriodSeconds",
              value: oldObject == null ? 1000 : oldObject.spec.template.spec.terminationGracePeriodSeconds + 1}]
            """;

    /** Another value in place of one of a Secret's: the text {@code true}. */
    private static final String DEBUGGED = """
            has(object.data) && "DEBUG" in object.data
            ? [JSONPatch{op: "replace", path: "/data/DEBUG", value: "dHJ1ZQ=="}]
            : []
            """;

    /** More room for what is created; later it cannot be asked for any more, nor taken away. */
    private static final String ENLARGED = """
            oldObject == null && has(object.spec.volumeClaimTemplates)
            ? [JSONPatch{op: "replace", path: "/spec/volumeClaimTemplates/0/spec/resources/requests/storage",
                value: "7Gi"}]
            : []
            """;

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: probe}
            spec:
              selector: {matchLabels: {app: probe}}
              template:
                metadata: {labels: {app: probe}}
                spec:
                  terminationGracePeriodSeconds: 7
                  containers: [{name: probe, image: probe, env: [{name: A, value: a}]}]
            """;

    private static final String STATEFUL_SET = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: probe}
            spec:
              serviceName: probe
              selector: {matchLabels: {app: probe}}
              template:
                metadata: {labels: {app: probe}}
                spec: {containers: [{name: probe, image: probe}]}
              volumeClaimTemplates:
              - metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """;

    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: probe}
            data: {DEBUG: AAAA}
            """;

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient admin;
    private static KubernetesClient client;
    private static Cast cast;

    private final List<HasMetadata> policies = new ArrayList<>();

    @BeforeAll
    static void start() {
        admin = cluster.admin();
        client = cluster.operator();
        cast = new Cast(admin, cluster.postgres());
    }

    @AfterEach
    void withoutPolicies() {
        policies.reversed().forEach(policy -> admin.resource(policy).delete());
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @Test
    void images_that_a_policy_takes_from_a_mirror_are_left_so_and_said_once() throws Exception {
        var app = siteUnder("mirrored", DEPLOYMENT, MIRRORED, "staticFiles: {}");
        try (var _ = cast.playOn("mirrored")) {
            try (var operator = app.startOperator(client, cast)) {
                app.await(Phase.Ready);
                assertThat(web(app).getImage()).startsWith(MIRROR);
                assertNothingIsWritten(app, operator);
                assertThat(said(app, "ObjectAltered"))
                        .filteredOn(note -> note.contains("Deployment/mysite-web"))
                        .containsExactly(
                                "an admission policy of this cluster changes spec.template.spec.containers[web].image of"
                                        + " Deployment/mysite-web whenever Nuages applies it: Nuages leaves it so");
                assertThat(said(app, "DriftRepaired")).isEmpty();

                var image = web(app).getImage();
                change(app, "image: elsewhere.example.org/mysite");
                Eventually.holds("its own image", () -> web(app).getImage().equals(image));
                assertNothingIsWritten(app, operator);
                assertThat(said(app, "DriftRepaired"))
                        .singleElement()
                        .asString()
                        .startsWith("put spec.template.spec.containers[web].image of Deployment/mysite-web back");
            }
            try (var operator = app.startOperator(client, cast)) {
                assertNothingIsWritten(app, operator);
                var altered = said(app, "ObjectAltered");

                ByHand.patch(app.resource(), "{\"spec\":{\"version\":\"1.1\"}}");
                app.awaitReadyAsAsked();
                assertThat(web(app).getImage()).startsWith(MIRROR).endsWith(":1.1");
                assertNothingIsWritten(app, operator);
                assertThat(said(app, "ObjectAltered")).containsAll(altered);
                assertThat(said(app, "DriftRepaired")).hasSize(1);
            }
        }
    }

    @Test
    void a_variable_that_a_policy_adds_is_left_and_one_that_somebody_adds_is_not() throws Exception {
        var app = siteUnder("proxied", DEPLOYMENT, PROXIED, "");
        try (var _ = cast.playOn("proxied");
                var operator = app.startOperator(client, cast)) {
            app.await(Phase.Ready);
            assertNothingIsWritten(app, operator);
            assertThat(said(app, "ObjectAltered"))
                    .anyMatch(note -> note.contains("containers[web].env[HTTPS_PROXY] of Deployment/mysite-web"));
            assertThat(said(app, "DriftRepaired")).isEmpty();

            change(app, "env: [{name: THEIRS, value: x}]");
            Eventually.holds("without it", () -> variables(app).noneMatch("THEIRS"::equals));
            assertNothingIsWritten(app, operator);
            assertThat(variables(app)).contains("HTTPS_PROXY");
            assertThat(said(app, "DriftRepaired")).hasSize(1);
        }
    }

    @Test
    void a_policy_that_answers_otherwise_each_time_is_left_to_it() throws Exception {
        var app = siteUnder("counted", DEPLOYMENT, COUNTED, "");
        try (var _ = cast.playOn("counted");
                var operator = app.startOperator(client, cast)) {
            app.await(Phase.Ready);
            assertNothingIsWritten(app, operator);

            change(app, "image: elsewhere.example.org/mysite");
            Eventually.holds("its own image", () -> !web(app).getImage().startsWith("elsewhere"));
            assertNothingIsWritten(app, operator);
            assertThat(said(app, "DriftRepaired")).hasSize(1);
        }
    }

    @Test
    void what_only_its_creation_could_be_asked_for_is_left_as_it_was_created() throws Exception {
        var app = siteUnder("enlarged", STATEFUL_SET, ENLARGED, "");
        try (var _ = cast.playOn("enlarged");
                var operator = app.startOperator(client, cast)) {
            app.await(Phase.Ready);
            look(app, operator, "unchanged");
            var before = versions(app);
            look(app, operator, "unchanged");
            assertThat(versions(app)).isEqualTo(before);
            assertThat(said(app, "ObjectAltered"))
                    .singleElement()
                    .asString()
                    .contains("storage of StatefulSet/mysite-postgres");
            assertThat(said(app, "DriftRepaired")).isEmpty();
        }
    }

    @Test
    void the_values_of_a_secret_are_not_left_to_a_policy_nor_told() throws Exception {
        var app = siteUnder("debugged", SECRET, DEBUGGED, "");
        try (var _ = cast.playOn("debugged");
                var operator = app.startOperator(client, cast)) {
            Eventually.holds(
                    "the Warning",
                    () -> said(app, "ObjectAltered").stream()
                            .anyMatch(note -> note.contains("data.DEBUG of Secret/mysite-env")));
            look(app, operator, "changed");
            var before = versions(app);
            look(app, operator, "changed");
            look(app, operator, "changed");
            assertThat(versions(app)).isEqualTo(before);
            assertThat(said(app, "ObjectAltered"))
                    .as("of the application's variables and of its migration's")
                    .hasSize(2)
                    .allSatisfy(note -> assertThat(note)
                            .endsWith("a Secret's values must be as they are wanted, so exempt it from that policy")
                            .doesNotContain("dHJ1ZQ"));
            assertThat(said(app, "DriftRepaired")).isEmpty();
            var env = admin.secrets()
                    .inNamespace(app.namespace())
                    .withName("mysite-env")
                    .get();
            assertThat(env.getMetadata().getAnnotations()).doesNotContainKey(Nuages.ALTERED_ANNOTATION);
        }
    }

    /** An application in a namespace of its own, whose objects a policy changes; with more of its specification, as YAML. */
    private LiveApp siteUnder(String namespace, String probe, String expression, String more) {
        cluster.newNamespace(namespace);
        create(namespace, probe, expression);
        var app = new LiveApp(admin, namespace);
        app.create(more);
        return app;
    }

    /**
     * Has objects of a namespace changed from now on.
     *
     * @param probe one that is changed as well, for the API server hears of a policy a moment later
     * @param expression the JSON patch, in CEL
     */
    private void create(String namespace, String probe, String expression) {
        var object = admin.resource(probe).inNamespace(namespace).item();
        policies.add(admin.resource("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                    resourceRules:
                    - apiGroups: ["%2$s"]
                      apiVersions: [v1]
                      operations: [CREATE, UPDATE]
                      resources: [%3$s]
                  failurePolicy: Fail
                  reinvocationPolicy: Never
                  mutations:
                  - patchType: JSONPatch
                    jsonPatch:
                      expression: |
                %4$s
                """.formatted(
                        namespace, HasMetadata.getGroup(object.getClass()), object.getPlural(), expression.indent(10)))
                .create());
        policies.add(admin.resource("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec: {policyName: %1$s}
                """.formatted(namespace)).create());
        Eventually.holds(
                "the policy",
                () -> !Drift.between(
                                object,
                                admin.resource(object)
                                        .inNamespace(namespace)
                                        .dryRun()
                                        .create())
                        .none());
    }

    private static PodSpec pods(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec();
    }

    private static Container web(LiveApp app) {
        return pods(app.web().get()).getContainers().getFirst();
    }

    private static Stream<String> variables(LiveApp app) {
        return web(app).getEnv().stream().map(EnvVar::getName);
    }

    /** Somebody changes the web container. */
    private static void change(LiveApp app, String fields) {
        app.web()
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        Yaml.document("spec: {template: {spec: {containers: [{name: web, " + fields + "}]}}}")
                                .toString());
    }

    /** Of what the operator tells about the application. */
    private static List<String> said(LiveApp app, String reason) {
        return admin.events().v1().events().inNamespace(app.namespace()).list().getItems().stream()
                .filter(event -> reason.equals(event.getReason()))
                .map(Event::getNote)
                .toList();
    }

    /** While it looks at the application again and again, no object gets another version. */
    private static void assertNothingIsWritten(LiveApp app, Operator operator) {
        Eventually.holds(
                "what is altered is recorded",
                () -> app.phase().filter(Phase.Ready::equals).isPresent()
                        && !Ownership.annotation(app.web().get(), Nuages.ALTERED_ANNOTATION)
                                .isEmpty());
        look(app, operator, "unchanged");
        var before = versions(app);
        for (int i = 0; i < 3; i++) {
            look(app, operator, "unchanged");
        }
        assertThat(versions(app)).isEqualTo(before);
    }

    private static Map<String, String> versions(LiveApp app) {
        var versions = new TreeMap<>(Versions.in(admin, app.namespace()));
        versions.remove("DjangoApp/mysite");
        return versions;
    }

    /**
     * Has the operator look at the application, until it has done so.
     *
     * @param outcome what comes of it: {@code unchanged} where there is nothing to do
     */
    private static void look(LiveApp app, Operator operator, String outcome) {
        var turns = new Turns(operator);
        var before = turns.of("DjangoApp", outcome);
        ByHand.patch(app.resource(), "{\"metadata\":{\"annotations\":{\"looked-at\":\"" + System.nanoTime() + "\"}}}");
        Eventually.holds("a turn " + outcome, () -> turns.of("DjangoApp", outcome) > before);
    }
}
