package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.TolerantReading;
import dev.nuages.local.Progress;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code up} makes of sites, at an API server that holds some and to which nothing ever happens. */
@Execution(ExecutionMode.CONCURRENT)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AsItsUserLeftItTest {
    /** Its image was another one then. */
    private static final String OLD_POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "mysite-web-0", "labels": {}, "ownerReferences": []},
             "spec": {"containers": [{"name": "web", "image": "nuages.local/mysite:1.0"}]},
             "status": {"containerStatuses": [{"name": "web", "imageID": "sha256:old"}]}}
            """;

    private static final String DEPLOYMENT = """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "mysite-maintenance"},
             "spec": {"replicas": 1}, "status": {"replicas": 1, "availableReplicas": 1}}
            """;

    private final List<DjangoApp> apps = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private String site = "mysite.localhost:8080";
    private String image = "nuages.local/mysite";

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        client = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(TolerantReading.serialization())
                .build();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        client.close();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"Stopped,', stopped: true'", "Paused,', paused: true'", "Error,''"})
    void nobodyWaitsForWhatIsAsItsUserLeftIt(String phase, String spec) {
        apps.add(SettledTest.app(phase, 2, spec));

        DjangoApp settled = new AppProgress(client, _ -> {}, Duration.ofMillis(100))
                .awaitSettled("default", "mysite", Duration.ofSeconds(20));

        assertThat(settled.getStatus().phase()).hasToString(phase);
    }

    @Test
    @Order(1) // it waits longest
    void whatIsNotSettledInTimeIsSaidToBeSo() {
        apps.add(SettledTest.app("Migrating", 2, ""));

        assertThatThrownBy(
                        () -> new AppProgress(client, _ -> {}).awaitSettled("default", "mysite", Duration.ofSeconds(5)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("Migrating");
    }

    @Test
    void anImageThatWasRebuiltIsNoneOfThePausedAndStopped() {
        apps.add(SettledTest.app("Paused", 2, ", paused: true"));
        apps.add(SettledTest.app("Stopped", 2, ", stopped: true"));
        List<String> said = new ArrayList<>();

        List<String> renewed =
                new RebuiltImages(client, _ -> Optional.of("sha256:new"), Duration.ofSeconds(1), said::add).renew();

        assertThat(renewed).isEmpty();
        assertThat(said).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nuages.local/mysite", "nuages.local/mysite:1.0"})
    void anImageThatWasRebuiltIsThatOfASiteWhichNamesItWithOrWithoutItsTag(String named) {
        apps.add(SettledTest.app("Ready", 2, ""));
        image = named;
        Function<String, Optional<String>> ids = ref -> Optional.of(ref.equals("nuages.local/mysite:1.0"))
                .filter(built -> built)
                .map(_ -> "sha256:new");

        assertThat(new RebuiltImages(client, ids, Duration.ofSeconds(1), _ -> {}).renew())
                .containsExactly("default/mysite");
    }

    @Test
    void anErrorThatThisRunDidNotMakeIsLeftAndAnotherFails() {
        apps.add(SettledTest.app("Error", 2, ""));

        assertThat(up(false).getStatus().phase()).hasToString("Error");
        assertThatThrownBy(() -> up(true)).hasMessageContaining("mysite is in Error: the migration failed");
    }

    @Test
    void ofASiteInMaintenanceThePageThatSaysSoIsEnough() {
        apps.add(SettledTest.app("Ready", 2, ", maintenance: true"));
        site = "mysite.localhost:" + server.getAddress().getPort();

        assertThat(up(false).getMetadata().getName()).isEqualTo("mysite");
    }

    private DjangoApp up(boolean ours) {
        return new LocalUp(Folders.current(), Progress.silent()).awaitExample(client, ours, Duration.ofMillis(100));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (exchange.getRequestHeaders().getFirst("Host").startsWith("mysite.localhost")) {
                exchange.sendResponseHeaders(503, -1);
            } else if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                ended.await();
            } else if (path.endsWith("/djangoapps")) {
                say(
                        exchange,
                        list(String.join(",", apps.stream().map(this::json).toList())));
            } else if (path.endsWith("/pods")) {
                say(exchange, list(OLD_POD));
            } else {
                say(exchange, DEPLOYMENT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String json(DjangoApp app) {
        return client.getKubernetesSerialization()
                .asJson(app)
                .replace("mysite.localhost:8080", site)
                .replace("\"nuages.local/mysite\"", "\"" + image + "\"");
    }

    private static String list(String items) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [%s]}"
                .formatted(items);
    }

    private static void say(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }
}
