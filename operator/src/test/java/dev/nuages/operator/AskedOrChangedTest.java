package dev.nuages.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.Nuages;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the user asks for is done and not called drift; what others change is put back and said. On a real API server. */
@Tag("control-plane")
class AskedOrChangedTest {
    private static final String NAMESPACE = "asked-or-changed";
    private static final String THEIRS = "their-very-own-value";

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
        var cast = new Cast(admin, cluster.postgres());
        app = LiveApp.create(cluster, NAMESPACE, "web: {replicas: 3}");
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
    void another_configuration_is_no_drift() {
        for (var colour : List.of("red", "blue")) {
            ByHand.patch(app.resource(), "{\"spec\":{\"config\":{\"COLOUR\":\"" + colour + "\"}}}");
            Eventually.holds(
                    "the colour " + colour,
                    () -> text("mysite-config", "config.yaml").contains("COLOUR: \"" + colour + "\""));
        }
        app.await(Phase.Ready);
        assertThat(told()).noneMatch(note -> note.contains("Secret/mysite-config"));
    }

    @Test
    void a_value_that_somebody_changed_is_told_without_the_value() {
        ByHand.patch(secret("mysite-env"), "{\"data\":{\"DEBUG\":\"" + base64(THEIRS) + "\"}}");
        Eventually.holds("its own value", () -> text("mysite-env", "DEBUG").equals("false"));
        Eventually.holds(
                "the Event",
                () -> told().stream()
                        .anyMatch(note ->
                                note.contains("data.DEBUG of Secret/mysite-env") && note.contains(ByHand.MANAGER)),
                () -> told().toString());
        assertThat(told()).noneMatch(note -> note.contains(THEIRS) || note.contains(base64(THEIRS)));
    }

    @Test
    void a_value_that_somebody_took_away_is_told() {
        ByHand.patch(secret("mysite-env"), "{\"data\":{\"ALLOWED_HOSTS\":null}}");
        Eventually.holds(
                "the Event",
                () -> told().stream().anyMatch(note -> note.contains("data.ALLOWED_HOSTS of Secret/mysite-env")),
                () -> told().toString());
        assertThat(text("mysite-env", "ALLOWED_HOSTS")).isEqualTo("mysite.example.org");
    }

    @Test
    void a_value_that_somebody_added_is_taken_out_and_told_by_its_name() {
        ByHand.patch(secret("mysite-env"), "{\"data\":{\"THEIRS\":\"" + base64(THEIRS) + "\"}}");
        Eventually.holds(
                "without it", () -> !Secrets.texts(secret("mysite-env").get()).containsKey("THEIRS"));
        Eventually.holds(
                "the Event",
                () -> told().stream().anyMatch(note -> note.contains("/data/THEIRS out of Secret/mysite-env")),
                () -> told().toString());
        assertThat(told()).noneMatch(note -> note.contains(THEIRS) || note.contains(base64(THEIRS)));
    }

    @Test
    void the_number_of_pods_stays_when_an_autoscaler_gets_it() {
        var numbers = new CopyOnWriteArrayList<Integer>();
        var watch = app.web().watch(seen(numbers));
        ByHand.patch(app.resource(), "{\"spec\":{\"web\":{\"replicas\":null,\"autoscale\":{\"maxReplicas\":5}}}}");
        Eventually.holds(
                "an autoscaler's Deployment",
                () -> !Ownership.annotation(app.web().get(), Nuages.AUTOSCALED_ANNOTATION)
                        .isEmpty());
        app.await(Phase.Ready);
        assertThat(app.web().get().getSpec().getReplicas()).isEqualTo(3);
        assertThat(numbers).isNotEmpty().containsOnly(3);
        watch.close();
    }

    private static Watcher<Deployment> seen(List<Integer> numbers) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, Deployment web) {
                numbers.add(web.getSpec().getReplicas());
            }

            @Override
            public void onClose(WatcherException cause) {}
        };
    }

    private static Resource<Secret> secret(String name) {
        return admin.secrets().inNamespace(NAMESPACE).withName(name);
    }

    private static String text(String secret, String key) {
        return Secrets.text(secret(secret).get(), key).orElse("");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /** What was said of drift in this namespace. */
    private static List<String> told() {
        return admin.events().v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(event -> "DriftRepaired".equals(event.getReason()))
                .map(event -> Objects.requireNonNullElse(event.getNote(), ""))
                .toList();
    }
}
