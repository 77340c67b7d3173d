package dev.nuages.e2e;

import static dev.nuages.e2e.WholeSite.number;
import static dev.nuages.e2e.WholeSite.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deploys that the users of a site with all of its services do not notice. */
@Tag("e2e")
@Order(1)
@ExtendWith(Evidence.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployTest {
    private static final WholeSite SITE = new WholeSite("e2e-deploy", "deploy.localhost");

    private static final Processors.Alone PROCESSORS = new Processors.Alone();

    @BeforeAll
    static void install() throws IOException {
        // Another pod of beat is to go on before a tick of five seconds is left out. And of two long tasks one is half
        // done when their worker is told to end. Of the short ones workers hold some that they have not begun, as
        // Celery's own default has it. And nothing that no visitor asks for.
        SITE.make("""
                web: {replicas: 3, workers: 1}
                media: null
                tasks: null
                superuser: null
                celery:
                  beat: {scheduler: RedBeat, maxLoopIntervalSeconds: 1}
                  pools: {slow: {concurrency: 2}, fast: {args: [--prefetch-multiplier=4]}}
                """);
        // When the tour has begun, which is through before the site is Ready.
        PROCESSORS.ask();
        SITE.awaitReady();
    }

    @AfterAll
    static void uninstall() {
        PROCESSORS.close();
        SITE.uninstall();
    }

    @Test
    @Order(1)
    void aDeployUnderMixedLoadIsNoticedByNobody() throws InterruptedException {
        var began = Schedule.now();
        List<Visitors.Visit> visits;
        List<String> oldFile;
        int counted;
        int restarts;
        int files;
        String counts;
        PROCESSORS.await();
        try (var _ = PROCESSORS;
                var load = SITE.load("deploy");
                var visitors = SITE.visitors()) {
            visitors.awaitVisits(50);
            oldFile = load.stylesheets();
            load.openPages();
            load.keepAWorkerBusy();
            SITE.patch("{\"version\":\"1.1\","
                    + "\"migrations\":{\"after\":[{\"name\":\"tidy\",\"command\":[\"tidy\"]}]}}");
            SITE.awaitReady();
            assertThat(SITE.app(
                            "{.status.migration.state} {.status.migration.steps[*].name}, {.status.migration.step}"))
                    .isEqualTo("Succeeded check migrate tidy, 2");
            assertThat(new Psql(SITE.namespace(), "everything").migrations())
                    .as("by three web pods of each version")
                    .isEqualTo("1.0|1\n1.1|1");
            visitors.awaitVisits(50);
            counted = load.counted();
            restarts = load.reconnected();
            files = load.files();
            load.stop();
            visits = visitors.end();
            load.awaitEnd();
            counts = load.counts(began.toString());
            System.out.printf(
                    "A deploy under load: %d pages, %d files of pages of either version, %d tasks (the slowest was taken in %d ms), %d counts on a websocket"
                            + " that was asked to come back %d times; the site itself counts %s%n",
                    visits.size(), files, load.tasks(), load.slowest().toMillis(), counted, restarts, counts);
            assertThat(load.failures()).isEmpty();
            assertThat(number(counts, "tasks")).isEqualTo(load.tasks());
            new Schedule(load).assertNoneIsDoubledOrMissed(counts);
            SITE.assertThatATaskInHandWasEnded(counts);
            assertThat(oldFile)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(load.get(file).statusCode())
                            .as("a page of 1.0 asks for %s while 1.1 runs", file)
                            .isEqualTo(200));
            assertThat(load.stylesheets()).isNotEmpty().isNotEqualTo(oldFile);
        }
        assertThat(visits).allSatisfy(visit -> assertThat(visit.outcome()).isEqualTo("200"));
        assertThat(counted).isGreaterThan(50);
        assertThat(restarts).isPositive();
        assertThat(files).isGreaterThan(50);
        assertThat(number(counts, "doubled_tasks")).isZero();
        assertThat(number(counts, "unfinished_tasks")).isZero();
        assertThat(number(counts, "longest_gap_seconds"))
                .as("a tick every five seconds comes late at most, and none is left out")
                .isLessThan(10);
    }

    @Test
    @Order(2)
    @Processors.Shared
    void stoppedItKeepsItsDataAndThroughAGatewayNobodyNoticesThatOneServerTakesAnothersPlace() throws IOException {
        var ticks = number(SITE.watch().counts(Load.EVER), "ticks");
        SITE.stop();
        // Started when all of it is asked for, which else were two deploys. And of one pod, that no other answers for.
        SITE.patch("{\"web\":{\"server\":\"Uvicorn\",\"replicas\":1}}");
        try (var gateway = FrontGateway.installed(SITE.namespace())) {
            SITE.patchEnvironment("{\"ingress\":{\"className\":null,\"port\":8000,\"gateway\":{\"name\":\"front\"}}}");
            SITE.patch("{\"stopped\":false}");
            SITE.of("wait", "httproute/everything", "--for=create", "--timeout=1m");
            SITE.of("wait", "ingress/everything", "--for=delete", "--timeout=1m");
            for (var condition : List.of("Accepted", "ResolvedRefs")) {
                Kubectl.await(
                        SITE.namespace(),
                        "httproute/everything",
                        "jsonpath={.status.parents[0].conditions[?(@.type==\"" + condition + "\")].status}=True");
            }
            SITE.awaitReady();
            assertThat(SITE.app("{.status.url}")).isEqualTo("http://deploy.localhost:8000");
            try (var load = SITE.load(gateway.door(), "gateway")) {
                within(Duration.ofMinutes(1)).until(() -> load.counted() > 10 && load.tasks() > 10);
                assertThat(number(load.counts(Load.EVER), "ticks")).isPositive().isGreaterThanOrEqualTo(ticks);
                assertThat(server(load)).contains("uvicorn");
                assertThat(load.stylesheets())
                        .isNotEmpty()
                        .allSatisfy(file -> assertThat(load.get(file).headers().firstValue("Cache-Control"))
                                .hasValueSatisfying(
                                        caching -> assertThat(caching).contains("immutable")));
                for (var next : List.of("Daphne", "Gunicorn")) {
                    SITE.patch("{\"web\":{\"server\":\"" + next + "\"}}");
                    SITE.awaitReady();
                    within(Duration.ofSeconds(30))
                            .untilAsserted(() -> assertThat(server(load))
                                    .hasValueSatisfying(name -> assertThat(name).containsIgnoringCase(next)));
                }
                load.stop();
                assertThat(load.failures()).isEmpty();
            }
        }
    }

    private static Optional<String> server(Load load) {
        return load.get("/").headers().firstValue("Server");
    }
}
