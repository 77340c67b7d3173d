package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** A site with every process that an application may have, in the order of its life. */
@Tag("e2e")
@ExtendWith(Evidence.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeSiteTest {
    private static final String NAMESPACE = "e2e-whole";
    private static final String HOST = "everything.localhost";
    private static final URI SITE = URI.create("http://127.0.0.1:8080/");

    /** Since when to count what may never have happened, whoever was killed or replaced meanwhile. */
    private static final String EVER = "1970-01-01T00:00:00Z";

    @BeforeAll
    static void install() throws IOException {
        kubectl("create", "namespace", NAMESPACE);
        Kubectl.apply("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata:
                  name: e2e-whole
                spec:
                  deletionPolicy: Delete
                """
                + Files.readString(Repository.root().resolve("examples/environment.yaml"))
                        .replaceFirst("(?s)^.*?\nspec:\n", ""));
        Kubectl.apply(Files.readString(Repository.root().resolve("examples/mysite/everything.yaml"))
                .replace("  name: everything", "  name: everything\n  namespace: " + NAMESPACE)
                .replace("spec:\n  image", "spec:\n  environment: e2e-whole\n  image"));
        awaitReady("1.0");
    }

    @AfterAll
    static void uninstall() {
        kubectl("delete", "namespace", NAMESPACE, "--wait=true", "--timeout=5m");
        kubectl("delete", "djangoenvironment", "e2e-whole");
    }

    @Test
    @Order(1)
    void everyProcessRuns() {
        assertThat(names("deployments"))
                .contains(
                        "everything-web",
                        "everything-websockets",
                        "everything-channels-bot",
                        "everything-celery-fast",
                        "everything-celery-slow",
                        "everything-static");
        assertThat(names("statefulsets"))
                .contains(
                        "everything-beat",
                        "everything-postgres",
                        "everything-rabbitmq",
                        "everything-redis",
                        "everything-durable-redis");
        assertThat(names("cronjobs")).containsExactly("everything-task-tidy");
        assertThat(app("{.status.superuser}")).startsWith("admin in ");
        assertThat(kubectl("-n", NAMESPACE, "get", "secret", "everything-superuser", "-o", "jsonpath={.data.password}"))
                .isNotBlank();
        assertThat(app("{.status.conditions[?(@.type==\"Serving\")].message}"))
                .isEqualTo("GET /healthz of Service everything-web answered 200");
    }

    @TestFactory
    @Order(2)
    Stream<DynamicTest> noProcessWalksIntoAKnownTrap() {
        return new DefaultsInForce(NAMESPACE).rows();
    }

    @Test
    @Order(3)
    void beatNeitherDoublesNorStopsWhenItsPodIsKilled() {
        try (var load = new Load(SITE, HOST, "persistent")) {
            var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            awaitTicks(load, began, 2);
            kill("everything-beat-0");
            awaitTicks(load, began, 6);
            var counts = load.counts(since(began));
            System.out.println("Beat's pod was killed: " + counts);
            assertThat(number(counts, "doubled_ticks")).isZero();
            assertThat(number(load.counts(EVER), "doubled_minutes")).isZero();
        }
    }

    @Test
    @Order(4)
    void anotherBeatLeadsWhenTheLeaderIsKilled() {
        beat("{\"scheduler\":\"RedBeat\",\"maxLoopIntervalSeconds\":1}");
        assertThat(names("statefulsets")).doesNotContain("everything-beat");
        assertThat(names("deployments")).contains("everything-beat");
        try (var load = new Load(SITE, HOST, "redbeat")) {
            var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            awaitTicks(load, began, 2);
            // Both, for which of them leads is known to Redis.
            for (var pod : beatPods()) {
                kill(pod);
                awaitReady("1.0");
                awaitTicks(load, began, number(load.counts(since(began)), "ticks") + 2);
            }
            var counts = load.counts(since(began));
            System.out.println("Both pods of RedBeat were killed, one after the other: " + counts);
            assertThat(number(counts, "doubled_ticks")).isZero();
            assertThat(number(load.counts(EVER), "doubled_minutes")).isZero();
            assertThat(number(counts, "missed_minutes")).isZero();
        }
    }

    @TestFactory
    @Order(5)
    Stream<DynamicTest> norDoesRedBeat() {
        return new DefaultsInForce(NAMESPACE).redBeatRows();
    }

    @Test
    @Order(6)
    void aDeployUnderMixedLoadIsNoticedByNobody() throws InterruptedException {
        var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<Visitors.Visit> visits;
        List<String> oldFile;
        int counted;
        int restarts;
        String counts;
        try (var visitors = new Visitors(SITE, HOST);
                var load = new Load(SITE, HOST, "deploy")) {
            visitors.awaitVisits(50);
            oldFile = styles(load);
            patch("{\"version\":\"1.1\"}");
            awaitReady("1.1");
            visitors.awaitVisits(50);
            counted = load.counted();
            restarts = load.reconnected();
            load.stop();
            visits = visitors.visits();
            // What was asked for last is still on its way through the queues.
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> number(load.counts(since(began)), "tasks") >= load.tasks());
            counts = load.counts(since(began));
            System.out.printf(
                    "A deploy under load: %d pages, %d tasks, %d counts on a websocket that was asked to come back %d"
                            + " times; the site itself counts %s%n",
                    visits.size(), load.tasks(), counted, restarts, counts);
            assertThat(load.failures()).isEmpty();
            assertThat(number(counts, "tasks")).isEqualTo(load.tasks());
            assertThat(number(load.counts(EVER), "doubled_minutes")).isZero();
            assertThat(oldFile)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(load.get(file).statusCode())
                            .as("a page of 1.0 asks for %s while 1.1 runs", file)
                            .isEqualTo(200));
            assertThat(styles(load)).isNotEmpty().isNotEqualTo(oldFile);
        }
        assertThat(visits).allSatisfy(visit -> assertThat(visit.outcome()).isEqualTo("200"));
        assertThat(counted).isGreaterThan(50);
        assertThat(restarts).isPositive();
        assertThat(number(counts, "doubled_tasks")).isZero();
        assertThat(number(counts, "unfinished_tasks")).isZero();
        assertThat(number(counts, "ticks")).isPositive();
        assertThat(number(counts, "doubled_ticks")).isZero();
        assertThat(number(counts, "missed_ticks")).isZero();
        assertThat(number(counts, "missed_minutes")).isZero();
    }

    @Test
    @Order(7)
    void tasksThroughRedisAndAScheduleInTheDatabaseOutliveADeployToo() {
        patch(
                "{\"celery\":{\"broker\":\"Redis\",\"beat\":{\"scheduler\":\"Database\",\"maxLoopIntervalSeconds\":null}}}");
        awaitReady(app("{.spec.version}"));
        kubectl("-n", NAMESPACE, "wait", "statefulset/everything-rabbitmq", "--for=delete", "--timeout=3m");
        try (var load = new Load(SITE, HOST, "redis")) {
            var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            awaitTicks(load, began, 4);
            var steady = load.counts(since(began));
            patch("{\"env\":[{\"name\":\"ROLLED\",\"value\":\"once\"}]}");
            awaitReady(app("{.spec.version}"));
            awaitTicks(load, began, number(load.counts(since(began)), "ticks") + 2);
            load.stop();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> number(load.counts(since(began)), "tasks") >= load.tasks());
            var counts = load.counts(since(began));
            System.out.printf(
                    "On Redis, with beat's schedule in the database: %s; and after a deploy, with %d tasks asked for: %s%n",
                    steady, load.tasks(), counts);
            assertThat(number(steady, "doubled_ticks")).isZero();
            assertThat(number(steady, "missed_ticks")).isZero();
            assertThat(load.failures()).isEmpty();
            assertThat(number(counts, "tasks")).isEqualTo(load.tasks());
            assertThat(number(counts, "doubled_tasks")).isZero();
            assertThat(number(counts, "unfinished_tasks")).isZero();
            assertThat(number(counts, "doubled_ticks")).isZero();
            assertThat(number(load.counts(EVER), "doubled_minutes")).isZero();
            assertThat(number(counts, "missed_minutes")).isZero();
        }
    }

    @Test
    @Order(8)
    void processesScaleUpUnderLoadAndDownAfterwards() {
        patch("""
                {"web": {"replicas": null,
                         "autoscale": {"minReplicas": 1, "maxReplicas": 2, "targetCpuPercent": 50, "scaleDownSeconds": 0}},
                 "websockets": {"autoscale":
                         {"minReplicas": 1, "maxReplicas": 2, "targetCpuPercent": 20, "scaleDownSeconds": 0}},
                 "channelWorkers": {"bot": {"autoscale":
                         {"minReplicas": 1, "maxReplicas": 2, "targetCpuPercent": 20, "scaleDownSeconds": 0}}}}""");
        awaitReady(app("{.spec.version}"));
        var scaled = List.of("everything-web", "everything-websockets", "everything-channels-bot");
        await().atMost(Duration.ofMinutes(4)).until(() -> scaled.stream().allMatch(name -> pods(name) == 1));
        try (var load = new Load(SITE, HOST, "scale")) {
            load.hurry(4);
            load.chat();
            var peak = new TreeMap<String, Integer>();
            await().atMost(Duration.ofMinutes(4)).until(() -> {
                scaled.forEach(name -> peak.merge(name, pods(name), Math::max));
                return peak.values().stream().allMatch(pods -> pods > 1);
            });
        }
        await().atMost(Duration.ofMinutes(4)).until(() -> scaled.stream().allMatch(name -> pods(name) == 1));
        awaitReady(app("{.spec.version}"));
    }

    @Test
    @Order(9)
    void maintenanceShowsAPageToEverybodyAndStoppingKeepsTheData() {
        patch("{\"maintenance\":true}");
        awaitReady(app("{.spec.version}"));
        var load = new Load(SITE, HOST, "maintenance");
        load.stop();
        await().atMost(Duration.ofMinutes(1)).until(() -> load.get("/").statusCode() == 503);
        assertThat(load.get("/").headers().firstValue("Retry-After")).isPresent();
        patch("{\"maintenance\":false}");
        awaitReady(app("{.spec.version}"));
        await().atMost(Duration.ofMinutes(1)).until(() -> load.get("/").statusCode() == 200);
        var before = number(load.counts(EVER), "ticks");

        patch("{\"stopped\":true}");
        Kubectl.await(NAMESPACE, "djangoapp/everything", "jsonpath={.status.phase}=Stopped");
        await().atMost(Duration.ofMinutes(3)).until(() -> runningPods().isEmpty());
        patch("{\"stopped\":false}");
        awaitReady(app("{.spec.version}"));
        await().atMost(Duration.ofMinutes(1)).until(() -> load.get("/").statusCode() == 200);
        assertThat(number(load.counts(EVER), "ticks")).isPositive().isGreaterThanOrEqualTo(before);
    }

    @Test
    @Order(10)
    void aComponentThatIsTakenOutGoesAndNothingElseDoes() {
        var before = everything();
        kubectl(
                "-n",
                NAMESPACE,
                "patch",
                "djangoapp",
                "everything",
                "--type=json",
                "-p",
                "[{\"op\":\"remove\",\"path\":\"/spec/channelWorkers\"},{\"op\":\"remove\",\"path\":\"/spec/celery/beat\"}]");
        kubectl(
                "-n",
                NAMESPACE,
                "wait",
                "deployment/everything-channels-bot",
                "statefulset/everything-beat",
                "--for=delete",
                "--timeout=3m");
        awaitReady(app("{.spec.version}"));
        assertThat(before).contains("deployment.apps/everything-channels-bot", "statefulset.apps/everything-beat");
        var expected = before.stream()
                .filter(name -> !name.contains("everything-channels-bot") && !name.contains("everything-beat"))
                .toList();
        assertThat(everything()).containsExactlyElementsOf(expected);
    }

    private static void awaitTicks(Load load, Instant since, int ticks) {
        await().atMost(Duration.ofMinutes(3)).until(() -> number(load.counts(since(since)), "ticks") >= ticks);
    }

    private static List<String> beatPods() {
        return kubectl(
                        "-n",
                        NAMESPACE,
                        "get",
                        "pods",
                        "-l",
                        "app.kubernetes.io/component=beat",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}")
                .lines()
                .toList();
    }

    private static void kill(String pod) {
        kubectl("-n", NAMESPACE, "delete", "pod", pod, "--grace-period=0", "--force");
    }

    /** Another way to schedule. */
    private static void beat(String json) {
        patch("{\"celery\":{\"beat\":" + json + "}}");
        awaitReady(app("{.spec.version}"));
    }

    private static void patch(String spec) {
        kubectl("-n", NAMESPACE, "patch", "djangoapp", "everything", "--type=merge", "-p", "{\"spec\":" + spec + "}");
    }

    private static int pods(String deployment) {
        var pods = kubectl("-n", NAMESPACE, "get", "deployment", deployment, "-o", "jsonpath={.status.replicas}");
        return pods.isBlank() ? 0 : Integer.parseInt(pods.strip());
    }

    private static List<String> runningPods() {
        return kubectl("-n", NAMESPACE, "get", "pods", "--field-selector=status.phase=Running", "-o", "name")
                .lines()
                .toList();
    }

    private static String since(Instant moment) {
        return moment.toString();
    }

    private static List<String> styles(Load load) {
        return Pattern.compile("/static/[^\"']+\\.css")
                .matcher(load.get("/").body())
                .results()
                .map(found -> found.group())
                .distinct()
                .toList();
    }

    private static int number(String json, String name) {
        var found = Pattern.compile("\"" + name + "\":\\s*(\\d+)").matcher(json);
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    private static List<String> everything() {
        return kubectl(
                        "-n",
                        NAMESPACE,
                        "get",
                        "deployments,statefulsets,services,ingresses,secrets,configmaps,poddisruptionbudgets,cronjobs",
                        "-o",
                        "name")
                .lines()
                .sorted()
                .toList();
    }

    private static List<String> names(String kind) {
        return kubectl("-n", NAMESPACE, "get", kind, "-o", "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}")
                .lines()
                .toList();
    }

    private static String app(String path) {
        return kubectl("-n", NAMESPACE, "get", "djangoapp", "everything", "-o", "jsonpath=" + path);
    }

    private static void awaitReady(String version) {
        Kubectl.await(
                NAMESPACE,
                "djangoapp/everything",
                "jsonpath={.status.observedGeneration}=" + app("{.metadata.generation}"));
        Kubectl.await(NAMESPACE, "djangoapp/everything", "jsonpath={.status.migratedVersion}=" + version);
        Kubectl.await(NAMESPACE, "djangoapp/everything", "jsonpath={.status.phase}=Ready");
    }
}
