package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.DjangoApp;
import dev.nuages.core.Drift;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import dev.nuages.operator.postgresdatabase.SqlCommands;
import dev.nuages.operator.rabbitmqvhost.RabbitCommands;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Single effects where the cluster is not as the plan took it to be. */
@Tag("control-plane")
class EffectsTest {
    private static final String NAMESPACE = "effects";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final SecretTexts NONE = (namespace, secret) -> Optional.empty();

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient client;
    private static Effects effects;
    private static DjangoApp app;

    @BeforeAll
    static void start() {
        client = cluster.operator();
        app = LiveApp.create(cluster, NAMESPACE).resource().get();
        effects = effects(client);
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    private static Effects effects(KubernetesClient client) {
        return new Effects(
                client,
                "test",
                new SqlCommands(NONE, UnaryOperator.identity()),
                new RabbitCommands(NONE, UnaryOperator.identity()),
                () -> true);
    }

    @Test
    void a_generated_secret_that_lost_its_labels_gets_them_back_and_keeps_its_values() {
        var secret = Secrets.of(Ownership.generated(app, "generated", DeletionPolicy.Retain), Map.of());
        var generate = new Effect.Generate(secret, Map.of("key", 16), true);
        var made = (Secret) effects.carryOut(app, generate, NOW).orElseThrow();
        var live = cluster.admin().secrets().inNamespace(NAMESPACE).withName("generated");
        ByHand.patch(live, "{\"metadata\":{\"labels\":{\"app.kubernetes.io/managed-by\":null}}}");
        assertThat(live.get().getMetadata().getLabels()).doesNotContainKey(Ownership.MANAGED_BY_LABEL);

        assertThat(effects.carryOut(app, generate, NOW)).isPresent();
        assertThat(live.get().getMetadata().getLabels()).containsAllEntriesOf(Ownership.labels(app));
        assertThat(live.get().getData()).isEqualTo(made.getData());
        assertThat(effects.carryOut(app, generate, NOW))
                .as("what is done for one that was only not seen yet")
                .isEmpty();
    }

    @Test
    void what_is_somebody_elses_gets_no_labels() {
        var foreign = Secrets.of(Ownership.generated(app, "foreign", DeletionPolicy.Retain), Map.of());
        cluster.admin()
                .resource(Secrets.of(
                        new ObjectMetaBuilder()
                                .withName("foreign")
                                .withNamespace(NAMESPACE)
                                .build(),
                        Map.of()))
                .create();
        assertThatThrownBy(() -> effects.carryOut(app, new Effect.Generate(foreign, Map.of("key", 16), false), NOW))
                .isInstanceOf(NameTaken.class);
    }

    @Test
    void items_are_taken_out_of_the_object_that_was_read_and_of_no_later_one() {
        var metadata = Ownership.owned(app, "items", Map.of());
        var read = cluster.admin()
                .resource(new ConfigMapBuilder()
                        .withMetadata(metadata)
                        .addToData("a", "x")
                        .build())
                .create();
        var live = cluster.admin().configMaps().inNamespace(NAMESPACE).withName("items");
        ByHand.patch(live, "{\"data\":{\"b\":\"y\"}}");
        var old = remove(read.getMetadata().getUid(), read.getMetadata().getResourceVersion());
        assertThatThrownBy(() -> effects.carryOut(app, old, NOW))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        assertThat(live.get().getData()).containsOnlyKeys("a", "b");

        var now = live.get().getMetadata();
        effects.carryOut(app, remove(now.getUid(), now.getResourceVersion()), NOW);
        assertThat(live.get().getData()).containsOnlyKeys("b");
    }

    @Test
    void an_empty_text_that_the_api_server_keeps_nothing_of_is_no_drift() {
        var wanted = client.getKubernetesSerialization().unmarshal("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: empty, namespace: effects}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: empty}}
                  template:
                    metadata: {labels: {app: empty}, annotations: {none: ""}}
                    spec:
                      nodeSelector: {none: ""}
                      tolerations: [{key: spot, operator: Exists, value: "", effect: ""}]
                      containers:
                      - name: empty
                        image: registry.example.org/empty
                        env: [{name: DEBUG, value: ""}]
                        envFrom: [{prefix: "", configMapRef: {name: more}}]
                """, Deployment.class);
        effects.carryOut(app, new Effect.Apply(wanted, Optional.empty(), List.of()), NOW);
        var live = cluster.admin()
                .resources(Deployment.class)
                .inNamespace(NAMESPACE)
                .withName("empty")
                .get();
        assertThat(Drift.between(wanted, live)).isEqualTo(new Drift(List.of(), List.of()));
    }

    private static Effect.Remove remove(String uid, String resourceVersion) {
        return new Effect.Remove(
                new ObjectRef(ConfigMap.class, NAMESPACE, "items"),
                uid,
                resourceVersion,
                List.of("/data/a"),
                Optional.empty());
    }

    @Test
    void what_a_broken_webhook_lets_not_in_is_refused() {
        cluster.newNamespace("broken-webhook");
        var there = new LiveApp(cluster.admin(), "broken-webhook");
        there.create("");
        var owner = there.resource().get();
        var webhook = cluster.admin().resource("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: broken}
                webhooks:
                - name: broken.example.org
                  clientConfig: {url: "https://127.0.0.1:1/"}
                  admissionReviewVersions: [v1]
                  sideEffects: None
                  timeoutSeconds: 1
                  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: broken-webhook}}
                  rules: [{apiGroups: [""], apiVersions: [v1], resources: [configmaps], operations: [CREATE]}]
                """);
        webhook.create();
        var atOnce = new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        var wanted = new ConfigMapBuilder()
                .withMetadata(Ownership.owned(owner, "wanted", Map.of()))
                .build();
        try (var impatient = new KubernetesClientBuilder().withConfig(atOnce).build()) {
            Eventually.holds("a refusal by the webhook", () -> refused(impatient, owner, wanted));
        } finally {
            webhook.delete();
        }
    }

    private static boolean refused(KubernetesClient client, DjangoApp owner, ConfigMap wanted) {
        try {
            // The API server hears of a new webhook a moment later.
            cluster.admin().resource(wanted).delete();
            effects(client).carryOut(owner, new Effect.Create(wanted), NOW);
            return false;
        } catch (ObjectRefused refused) {
            assertThat(refused.sentence()).contains("code 500", "failed calling webhook");
            return true;
        }
    }
}
