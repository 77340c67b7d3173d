package dev.nuages.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.Nuages;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an application reads: its change replaces the pods that read it, and no others. On a real API server. */
@Tag("control-plane")
class RolledPodsTest {
    private static final String NAMESPACE = "rolled-pods";
    private static final Set<String> READERS = Set.of("web", "celery-default", "beat");
    private static final String MISSING = "Secret stripe has no key api-key, which STRIPE_API_KEY wants";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient admin;
    private static KubernetesClient client;
    private static Operator operator;
    private static AutoCloseable play;
    private static LiveApp app;

    @BeforeAll
    static void start() throws Exception {
        admin = cluster.admin();
        client = cluster.operator();
        cluster.newNamespace(NAMESPACE);
        admin.resource(secret("stripe", "first")).create();
        var cast = new Cast(admin, cluster.postgres());
        app = new LiveApp(admin, NAMESPACE);
        app.create("secrets: [{name: stripe, keys: {STRIPE_API_KEY: api-key}}]");
        ByHand.patch(app.resource(), "{\"spec\":{\"celery\":{\"broker\":\"Redis\",\"beat\":{}},\"staticFiles\":{}}}");
        play = cast.playOn(NAMESPACE);
        operator = app.startOperator(client, cast);
        app.await(Phase.Ready);
    }

    @AfterAll
    static void stop() throws Exception {
        operator.close();
        play.close();
        client.close();
    }

    @Test
    void a_secrets_key_is_a_variable_of_another_name() {
        assertThat(readers().values())
                .allSatisfy(template -> assertThat(
                                template.getSpec().getContainers().getFirst().getEnv())
                        .filteredOn(variable -> variable.getName().equals("STRIPE_API_KEY"))
                        .extracting(variable -> variable.getValueFrom().getSecretKeyRef())
                        .containsExactly(new SecretKeySelector("api-key", "stripe", null)));
    }

    @Test
    void another_value_in_a_secret_rolls_the_pods_that_read_it() {
        onlyReadersRoll(() -> setKey("\"" + base64("second") + "\""));
    }

    @Test
    void another_configuration_rolls_the_pods_that_read_it() {
        onlyReadersRoll(() -> ByHand.patch(app.resource(), "{\"spec\":{\"config\":{\"COLOUR\":\"red\"}}}"));
    }

    @Test
    void a_secret_that_one_component_reads_rolls_its_pods_alone() {
        var common = hashes().get("web");
        admin.resource(secret("model", "first")).create();
        patchPool(
                "{\"env\":[{\"name\":\"MODEL\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"model\",\"key\":\"api-key\"}}}]}");
        Eventually.holds("a mark of its own", () -> !poolsMark().equals(common), () -> hashes().toString());
        var first = poolsMark();
        app.awaitReadyAsAsked();
        admin.resource(secret("model", "second")).update();
        Eventually.holds("another mark", () -> !poolsMark().equals(first), () -> hashes().toString());
        assertThat(poolsMark()).startsWith(common);
        assertThat(hashes()).containsEntry("web", common).containsEntry("beat", common);
        patchPool("null");
        Eventually.holds("no mark of its own", () -> poolsMark().equals(common), () -> hashes().toString());
        app.awaitReadyAsAsked();
    }

    private static void patchPool(String pods) {
        ByHand.patch(app.resource(), "{\"spec\":{\"celery\":{\"pools\":{\"default\":{\"pods\":" + pods + "}}}}}");
    }

    private static String poolsMark() {
        return Objects.requireNonNull(hashes().get("celery-default"));
    }

    private static Secret secret(String name, String key) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToData("api-key", base64(key))
                .build();
    }

    @Test
    void a_key_that_is_gone_is_said_until_it_is_back() {
        var before = hashes();
        var value = "\"" + secret().get().getData().get("api-key") + "\"";
        setKey("null");
        Eventually.holds("the sentence", () -> configured().contains(MISSING), RolledPodsTest::configured);
        setKey(value);
        Eventually.holds("nothing to complain of", () -> configured().isEmpty(), RolledPodsTest::configured);
        Eventually.holds("pods as before", () -> hashes().equals(before), () -> hashes().toString());
    }

    private static void onlyReadersRoll(Runnable change) {
        var before = hashes();
        var files = deployment("static").get();
        assertThat(Set.copyOf(before.values())).as("all have read the same").hasSize(1);
        change.run();
        Eventually.holds(
                "other pods of " + READERS,
                () -> Set.copyOf(hashes().values()).size() == 1 && !hashes().equals(before),
                () -> hashes().toString());
        app.awaitReadyAsAsked();
        assertThat(deployment("static").get().getSpec()).isEqualTo(files.getSpec());
        assertThat(deployment("static").get().getMetadata().getGeneration())
                .isEqualTo(files.getMetadata().getGeneration());
    }

    /** By component, what says which configuration its pods have read. */
    private static Map<String, String> hashes() {
        var hashes = new TreeMap<String, String>();
        readers()
                .forEach((component, template) -> hashes.put(
                        component,
                        Objects.requireNonNullElse(
                                template.getMetadata().getAnnotations().get(Nuages.CONFIG_ANNOTATION), "")));
        return hashes;
    }

    private static Map<String, PodTemplateSpec> readers() {
        var readers = new TreeMap<String, PodTemplateSpec>();
        READERS.forEach(component -> readers.put(component, template(component)));
        return readers;
    }

    private static PodTemplateSpec template(String component) {
        return component.equals("beat")
                ? admin.apps()
                        .statefulSets()
                        .inNamespace(NAMESPACE)
                        .withName("mysite-beat")
                        .get()
                        .getSpec()
                        .getTemplate()
                : deployment(component).get().getSpec().getTemplate();
    }

    private static Resource<Deployment> deployment(String component) {
        return admin.resources(Deployment.class).inNamespace(NAMESPACE).withName("mysite-" + component);
    }

    /**
     * @param value as JSON has it: null takes the key away
     */
    private static void setKey(String value) {
        ByHand.patch(secret(), "{\"data\":{\"api-key\":" + value + "}}");
    }

    private static Resource<Secret> secret() {
        return admin.secrets().inNamespace(NAMESPACE).withName("stripe");
    }

    /** What is wrong with the configuration; empty where nothing is. */
    private static String configured() {
        return Optional.ofNullable(app.resource().get().getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "Configured"))
                .map(condition -> condition.getMessage())
                .orElse("");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
