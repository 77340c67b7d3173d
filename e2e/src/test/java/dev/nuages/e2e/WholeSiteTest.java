package dev.nuages.e2e;

import static dev.nuages.e2e.WholeSite.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
@Order(2)
@ExtendWith(Evidence.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeSiteTest {
    private static final WholeSite SITE = new WholeSite("e2e-whole", "everything.localhost");

    @BeforeAll
    static void install() throws IOException {
        SITE.install("{}");
    }

    @AfterAll
    static void uninstall() {
        SITE.uninstall();
    }

    @Test
    @Order(1)
    void everyProcessRuns() {
        assertThat(SITE.names("deployments"))
                .contains(
                        "everything-web",
                        "everything-websockets",
                        "everything-channels-bot",
                        "everything-celery-fast",
                        "everything-celery-slow",
                        "everything-static");
        assertThat(SITE.names("statefulsets"))
                .contains(
                        "everything-beat",
                        "everything-postgres",
                        "everything-rabbitmq",
                        "everything-redis",
                        "everything-durable-redis");
        assertThat(SITE.names("cronjobs")).containsExactly("everything-task-tidy");
        // Made when the site is Ready.
        within(Duration.ofMinutes(4))
                .until(() -> SITE.app("{.status.superuser}").startsWith("admin in "));
        within(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(SITE.app("{.status.conditions[?(@.type==\"Serving\")].message}"))
                        .isEqualTo("GET /healthz of Service everything-web answered 200"));
    }

    @Test
    @Order(1)
    void noPasswordIsOnACommandLine() {
        var passwords = SITE.of("get", "secrets", "-o", "jsonpath={range .items[*]}{.data.password}{\"\\n\"}{end}")
                .lines()
                .filter(encoded -> !encoded.isEmpty())
                .map(encoded -> new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
                .distinct()
                .toList();
        assertThat(passwords)
                .as("database's, two Redis', RabbitMQ's, administrators'")
                .hasSizeGreaterThan(5);
        assertThat(Components.commandLines())
                .anyMatch(line -> line.contains("redis-server"))
                .anyMatch(line -> line.contains("daphne"))
                .noneMatch(line -> passwords.stream().anyMatch(line::contains));
    }

    @Test
    @Order(1)
    void itsPageShowsEachPartWorking() {
        try (var load = SITE.load("page")) {
            within(Duration.ofMinutes(4))
                    .until(() -> SITE.app("{.status.tasks[?(@.name==\"tidy\")].result}")
                            .equals("Succeeded"));
            within(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(load.get("/panels/").body())
                            .contains("manage.py tidy", "Last tick", "fast@everything-celery-fast-")
                            .doesNotContain("Off:", "beat is silent"));
            // Path by path: one that only begins alike is Django's.
            assertThat(load.get("/staticx").body()).contains("Not Found");
        }
    }

    @Test
    @Order(1)
    void whatOneProcessStoresIsServedByAnother() {
        SITE.of("exec", "deploy/everything-celery-slow", "--", "sh", "-c", "echo uploaded >$MEDIA_ROOT/upload.txt");
        try (var load = SITE.watch()) {
            assertThat(load.get("/media/upload.txt").body()).isEqualTo("uploaded\n");
        }
    }

    @TestFactory
    @Order(2)
    Stream<DynamicTest> noProcessWalksIntoAKnownTrap() {
        return new DefaultsInForce(SITE.namespace()).rows();
    }

    @Test
    @Order(3)
    @Processors.Shared
    void aChannelWorkerEndsWhenItHasNothingInHand() {
        var worker = SITE.names("pods", "-l", "app.kubernetes.io/component=channels-bot")
                .getFirst();
        var told = Instant.now();
        SITE.of("delete", "pod", worker, "--wait=true");
        assertThat(Duration.between(told, Instant.now()))
                .as("the time until a pod with 35 s to end was gone")
                .isLessThan(Duration.ofSeconds(30));
        SITE.awaitReady();
    }

    @Test
    @Order(4)
    @Processors.Shared
    void maintenanceShowsAPageToEverybody() {
        // And its task, which was seen to run, no longer does so every minute.
        SITE.patch("{\"maintenance\":true,\"tasks\":{\"tidy\":{\"schedule\":\"@daily\"}}}");
        SITE.awaitReady();
        var load = SITE.watch();
        within(Duration.ofMinutes(1)).until(() -> load.get("/").statusCode() == 503);
        assertThat(load.get("/").headers().firstValue("Retry-After")).isPresent();
        new DefaultsInForce(SITE.namespace()).itsPageOfMaintenanceHasNoPrivilege();
        // As what the next test needs.
        SITE.patch("{\"maintenance\":false," + scaling() + "}");
        SITE.awaitReady();
        within(Duration.ofMinutes(1)).until(() -> load.get("/").statusCode() == 200);
    }

    /** What has processes scale: a part of a spec. */
    private static String scaling() {
        // What is used is measured by what is asked for.
        var autoscale = """
                {"minReplicas": 1, "maxReplicas": 2, "targetCpuPercent": %d, "scaleDownSeconds": 0}""";
        var scaling = "{\"autoscale\": " + autoscale + """
                , "replicas": null, "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}}}""";
        // Of the 20m that a pool's pod asks for here, one that is idle uses 2m, and ten tasks a second 50m.
        return """
                "web": %s, "websockets": %s, "channelWorkers": {"bot": %s},
                "celery": {"pools": {"fast": {"autoscale": %s}}}""".formatted(
                        scaling.formatted(50), scaling.formatted(20), scaling.formatted(20), autoscale.formatted(100));
    }

    @Test
    @Order(5)
    @Processors.Shared
    void processesScaleUpUnderLoadAndDownAfterwards() {
        within(Duration.ofMinutes(4)).until(() -> scaled().values().stream().allMatch(pods -> pods == 1));
        var readySince = readySince();
        try (var load = SITE.load("scale")) {
            load.browse(2);
            load.chat();
            var peak = new TreeMap<String, Integer>();
            within(Duration.ofMinutes(4)).until(() -> {
                scaled().forEach((name, pods) -> peak.merge(name, pods, Math::max));
                return peak.values().stream().allMatch(pods -> pods > 1);
            });
            assertThat(load.answered()).as("answers of the channel worker").isPositive();
        }
        within(Duration.ofMinutes(4)).until(() -> scaled().values().stream().allMatch(pods -> pods == 1));
        SITE.awaitReady();
        assertThat(readySince())
                .as("since when it is Ready, which autoscalers do not change")
                .isEqualTo(readySince);
    }

    /**
     * What is taken out.
     *
     * @param change to the application, as an operation of a JSON patch
     * @param gone what goes with it: an object of this kind and name, or all whose names, or those of the StatefulSets that
     *     they are claims of, begin so
     */
    private record Removal(String change, List<String> gone) {
        /** Of a component, which is there in the application. */
        static Removal of(String pointer, String... gone) {
            return new Removal("{\"op\":\"remove\",\"path\":\"" + pointer + "\"}", List.of(gone));
        }

        boolean takes(String object) {
            return gone.stream().anyMatch(part -> goes(object, part));
        }

        static boolean goes(String object, String part) {
            return object.equals(part) || object.matches("[^/]+/((data|schedule)-)?" + part + ".*");
        }
    }

    /** How the names of a task's objects begin. */
    private static final String TASK = "everything-task-";

    private static final List<String> KINDS = List.of(
            "djangoapps",
            "postgresservers",
            "postgresdatabases",
            "redisinstances",
            "rabbitmqvhosts",
            "serviceaccounts",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "deployments",
            "statefulsets",
            "jobs",
            "cronjobs",
            "horizontalpodautoscalers",
            "poddisruptionbudgets",
            "services",
            "ingresses");

    /** What no other process knows of. */
    private static final List<Removal> REMOVALS = List.of(
            Removal.of("/spec/channelWorkers", "everything-channels"),
            Removal.of("/spec/celery/beat", "everything-beat"),
            Removal.of("/spec/celery/pools/slow", "everything-celery-slow"),
            Removal.of("/spec/tasks", "everything-task"));

    /** What others are told of, so that they are replaced: each without what the next one still needs. */
    private static final List<Removal> REMOVALS_ALL_KNOW_OF = List.of(
            // Its volume holds data, and stays.
            Removal.of("/spec/media"),
            Removal.of("/spec/staticFiles", "everything-static"),
            // Tasks go through Redis instead, the one that websockets keep their channels in.
            new Removal(
                    "{\"op\":\"add\",\"path\":\"/spec/celery/broker\",\"value\":\"Redis\"}",
                    List.of("everything-rabbitmq", "rabbitmqvhost.nuages.dev/everything")),
            Removal.of("/spec/websockets", "everything-websockets"),
            Removal.of("/spec/celery", "everything-celery", "everything-durable"),
            Removal.of("/spec/redis", "everything-redis", "redisinstance.nuages.dev/everything"));

    @Test
    @Order(6)
    @Processors.Shared
    void aComponentThatIsTakenOutGoesAndNothingElseDoes() {
        var left = new ArrayList<>(everything());
        takeOut(REMOVALS, left);
        SITE.awaitReady();
        // Nothing runs, so that not each of them is a deploy of all the others; and nothing is there to be scaled.
        SITE.stop();
        var autoscalers = left.stream()
                .filter(object -> object.startsWith("horizontalpodautoscaler"))
                .toList();
        left.removeAll(autoscalers);
        takeOut(REMOVALS_ALL_KNOW_OF, left);
        SITE.patch("{\"stopped\":false}");
        SITE.awaitReady();
        autoscalers.stream()
                .filter(object -> REMOVALS_ALL_KNOW_OF.stream().noneMatch(removal -> removal.takes(object)))
                .forEach(left::add);
        within(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(everything())
                        .as("when what is left runs again")
                        .containsExactlyInAnyOrderElementsOf(left));
        assertThat(left).contains("persistentvolumeclaim/everything-media", "serviceaccount/everything");
        assertThat(SITE.names("jobs")).noneMatch(name -> name.startsWith(TASK));
    }

    private static void takeOut(List<Removal> removals, List<String> left) {
        for (var removal : removals) {
            for (var gone : removal.gone()) {
                assertThat(left.removeIf(object -> Removal.goes(object, gone)))
                        .as("there is a %s before %s", gone, removal.change())
                        .isTrue();
            }
            SITE.of("patch", "djangoapp", "everything", "--type=json", "-p", "[" + removal.change() + "]");
            within(Duration.ofMinutes(8))
                    .untilAsserted(() -> assertThat(everything())
                            .as("after %s", removal.change())
                            .containsExactlyElementsOf(left));
        }
    }

    private static String readySince() {
        return SITE.app("{range .status.conditions[?(@.type==\"Ready\")]}{.status} since {.lastTransitionTime}{end}");
    }

    /** How many pods each Deployment has that scales. */
    private static Map<String, Integer> scaled() {
        var pods = new TreeMap<String, Integer>();
        SITE.of(
                        "get",
                        "deployments",
                        "everything-web",
                        "everything-websockets",
                        "everything-channels-bot",
                        "everything-celery-fast",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name} 0{.status.replicas}{\"\\n\"}{end}")
                .lines()
                .map(line -> line.split(" ", 2))
                .forEach(words -> pods.put(words[0], Integer.parseInt(words[1])));
        return pods;
    }

    /** All that stays as it is while nobody asks for something else: not the Jobs of a task, which come and go by themselves. */
    private static List<String> everything() {
        return SITE.of("get", String.join(",", KINDS), "-o", "name")
                .lines()
                .filter(object -> !object.startsWith("job.batch/" + TASK))
                .sorted()
                .toList();
    }
}
