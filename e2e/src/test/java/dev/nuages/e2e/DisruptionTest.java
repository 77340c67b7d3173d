package dev.nuages.e2e;

import static dev.nuages.e2e.WholeSite.number;
import static dev.nuages.e2e.WholeSite.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
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
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Deploys, and deaths of pods, that the users of a site with every process do not notice. */
@Tag("e2e")
@Order(1)
@ExtendWith(Evidence.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DisruptionTest {
    private static final WholeSite SITE = new WholeSite("e2e-disruption", "disruption.localhost");

    /** A deploy finds one half done whenever it tells their worker to end. */
    private static final Duration LONG_TASK = Duration.ofSeconds(20);

    @BeforeAll
    static void install() throws IOException {
        SITE.install();
    }

    @AfterAll
    static void uninstall() {
        SITE.uninstall();
    }

    @Test
    @Order(1)
    @ResourceLock(value = WholeSite.PROCESSORS, mode = ResourceAccessMode.READ)
    void aScheduleInAFileOutlivesItsBeatAndADeploy() {
        try (var load = SITE.watch()) {
            var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            awaitTicks(load, began, 2);
            var minute = killWhenAMinuteIsDue(load, "everything-beat-0");
            roll("after-persistent");
            awaitMinutes(load, minute, 2);
            var counts = load.counts(began.toString());
            System.out.println("The beat of a file was killed when a minute was due, then deployed: " + counts);
            assertThatNoneIsDoubledOrMissed(load, counts);
        }
    }

    @Test
    @Order(2)
    @ResourceLock(value = WholeSite.PROCESSORS, mode = ResourceAccessMode.READ)
    void anotherBeatLeadsWhenTheLeaderIsKilled() {
        SITE.patch("{\"celery\":{\"beat\":{\"scheduler\":\"RedBeat\"}}}");
        SITE.awaitReady();
        assertThat(SITE.names("statefulsets")).doesNotContain("everything-beat");
        assertThat(SITE.names("deployments")).contains("everything-beat");
        try (var load = SITE.watch()) {
            var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            awaitTicks(load, began, 2);
            var leaders = beats().stream()
                    .filter(pod -> SITE.of("logs", pod).contains("Acquired lock"))
                    .toList();
            assertThat(leaders).as("which of %s leads", beats()).hasSize(1);
            killWhenAMinuteIsDue(load, leaders.getFirst());
            SITE.awaitReady();
            awaitTicks(load, Instant.now().truncatedTo(ChronoUnit.SECONDS), 2);
            var counts = load.counts(began.toString());
            System.out.println("The leader of RedBeat was killed when a minute was due: " + counts);
            assertThatNoneIsDoubledOrMissed(load, counts);
        }
    }

    @TestFactory
    @Order(3)
    Stream<DynamicTest> norDoesRedBeat() {
        return new DefaultsInForce(SITE.namespace()).redBeatRows();
    }

    @Test
    @Order(4)
    @ResourceLock(WholeSite.PROCESSORS)
    void aDeployUnderMixedLoadIsNoticedByNobody() throws InterruptedException {
        // Another pod of beat is to go on before a tick of five seconds is left out. And of two long tasks one is half
        // done when their worker is told to end.
        SITE.patch("{\"celery\":{\"beat\":{\"maxLoopIntervalSeconds\":1},\"pools\":{\"slow\":{\"concurrency\":2}}}}");
        SITE.awaitReady();
        var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<Visitors.Visit> visits;
        List<String> oldFile;
        int counted;
        int restarts;
        int files;
        String counts;
        try (var visitors = SITE.visitors();
                var load = SITE.load("deploy")) {
            visitors.awaitVisits(50);
            oldFile = load.stylesheets();
            load.openPages();
            load.keepAWorkerBusy(LONG_TASK);
            SITE.patch("{\"version\":\"1.1\","
                    + "\"migrations\":{\"after\":[{\"name\":\"tidy\",\"command\":[\"tidy\"]}]}}");
            SITE.awaitReady();
            assertThat(SITE.app(
                            "{.status.migration.state} {.status.migration.steps[*].name}, {.status.migration.step}"))
                    .isEqualTo("Succeeded check migrate tidy, 2");
            visitors.awaitVisits(50);
            counted = load.counted();
            restarts = load.reconnected();
            files = load.files();
            load.stop();
            visits = visitors.end();
            awaitEnd(load);
            counts = load.counts(began.toString());
            System.out.printf(
                    "A deploy under load: %d pages, %d files of pages of either version, %d tasks (the slowest was taken in %d ms), %d counts on a websocket"
                            + " that was asked to come back %d times; the site itself counts %s%n",
                    visits.size(), files, load.tasks(), load.slowest().toMillis(), counted, restarts, counts);
            assertThat(load.failures()).isEmpty();
            assertThat(number(counts, "tasks")).isEqualTo(load.tasks());
            assertThatNoneIsDoubledOrMissed(load, counts);
            assertThatATaskInHandWasEnded(counts);
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
    @Order(5)
    @ResourceLock(value = WholeSite.PROCESSORS, mode = ResourceAccessMode.READ)
    void aScheduleInTheDatabaseOutlivesItsBeat() {
        SITE.patch(
                "{\"celery\":{\"broker\":\"Redis\",\"beat\":{\"scheduler\":\"Database\",\"maxLoopIntervalSeconds\":null}}}");
        SITE.awaitReady();
        SITE.of("wait", "statefulset/everything-rabbitmq", "--for=delete", "--timeout=3m");
        try (var load = SITE.watch()) {
            var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            // What it has never sent it takes for new, and not for due, when it starts.
            awaitMinutes(load, began, 1);
            killWhenAMinuteIsDue(load, beats().getFirst());
            var counts = load.counts(began.toString());
            System.out.println("The beat of a database was killed when a minute was due: " + counts);
            assertThatNoneIsDoubledOrMissed(load, counts);
        }
    }

    @TestFactory
    @Order(6)
    Stream<DynamicTest> norDoRedisAndTheDatabase() {
        return new DefaultsInForce(SITE.namespace()).redisAndDatabaseRows();
    }

    @Test
    @Order(7)
    @ResourceLock(WholeSite.PROCESSORS)
    void tasksThroughRedisAndAScheduleInTheDatabaseOutliveADeploy() {
        try (var load = SITE.load("redis")) {
            var began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            awaitTicks(load, began, 2);
            load.keepAWorkerBusy(LONG_TASK);
            roll("after-database");
            var due = began.truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
            awaitMinutes(load, due, 1);
            awaitTicks(load, Instant.now().truncatedTo(ChronoUnit.SECONDS), 2);
            load.stop();
            awaitEnd(load);
            var counts = load.counts(began.toString());
            System.out.printf(
                    "A deploy on Redis, with beat's schedule in the database, and %d tasks asked for: %s%n",
                    load.tasks(), counts);
            assertThat(load.failures()).isEmpty();
            assertThat(number(counts, "tasks")).isEqualTo(load.tasks());
            assertThat(number(counts, "doubled_tasks")).isZero();
            assertThat(number(counts, "unfinished_tasks")).isZero();
            assertThatNoneIsDoubledOrMissed(load, counts);
            assertThatATaskInHandWasEnded(counts);
            assertThat(firstMinute(load, due)).isEqualTo(due);
        }
    }

    /** Whether a worker that was told to end while it had a task ended that first. */
    private static void assertThatATaskInHandWasEnded(String counts) {
        var told = SITE.of(
                        "get",
                        "events",
                        "--field-selector=reason=Killing",
                        "-o",
                        "jsonpath={range .items[*]}{.involvedObject.name} {.firstTimestamp}{\"\\n\"}{end}")
                .lines()
                .filter(line -> line.startsWith("everything-celery-slow-"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(' ')),
                        line -> Instant.parse(line.substring(line.indexOf(' ') + 1)),
                        (first, again) -> first));
        assertThat(told).as("the workers of long tasks that were told to end").isNotEmpty();
        assertThat(told)
                .as("when each was told to end, of those that ended a task later, by %s", counts)
                .anySatisfy((pod, when) -> assertThat(WholeSite.time(counts, "slow@" + pod))
                        .hasValueSatisfying(end -> assertThat(end).isAfter(when.plusSeconds(1))));
    }

    /** Has every pod of Django replaced. */
    private static void roll(String mark) {
        SITE.patch("{\"env\":[{\"name\":\"ROLLED\",\"value\":\"" + mark + "\"}]}");
        SITE.awaitReady();
    }

    private static List<String> beats() {
        return SITE.names("pods", "-l", "app.kubernetes.io/component=beat");
    }

    /** Kills a beat so that it does not work when the next minute is due, and waits for that minute's tick; answers which minute. */
    private static Instant killWhenAMinuteIsDue(Load load, String pod) {
        within(Duration.ofMinutes(2))
                .until(() -> Instant.now().atZone(ZoneOffset.UTC).getSecond() == 57);
        var minute = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
        SITE.kill(
                pod,
                () -> within(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(minute.plusSeconds(1))));
        awaitMinutes(load, minute, 1);
        assertThat(firstMinute(load, minute))
                .as("the minute that was due when nobody worked")
                .isEqualTo(minute);
        return minute;
    }

    /**
     * What every scheduler promises: a task that is due at a time of the clock is sent once, late perhaps; one that is due
     * again and again is sent no more often than that, and goes on before a minute could have been missed.
     */
    private static void assertThatNoneIsDoubledOrMissed(Load load, String counts) {
        assertThat(number(load.counts(Load.EVER), "doubled_minutes")).isZero();
        assertThat(number(counts, "missed_minutes")).isZero();
        assertThat(number(counts, "ticks")).isPositive();
        assertThat(number(counts, "doubled_ticks")).isZero();
        assertThat(number(counts, "longest_gap_seconds")).isLessThan(120);
    }

    private static Instant firstMinute(Load load, Instant since) {
        return WholeSite.time(load.counts(since.toString()), "first_minute").orElseThrow();
    }

    private static void awaitMinutes(Load load, Instant since, int minutes) {
        within(Duration.ofMinutes(3)).until(() -> number(load.counts(since.toString()), "minutes") >= minutes);
    }

    /** What was asked for last is still on its way through the queues, or in hand. */
    private static void awaitEnd(Load load) {
        within(Duration.ofMinutes(3)).until(() -> {
            var counts = load.counts(Load.EVER);
            return number(counts, "tasks") >= load.tasks() && number(counts, "unfinished_tasks") == 0;
        });
    }

    private static void awaitTicks(Load load, Instant since, int ticks) {
        within(Duration.ofMinutes(3)).until(() -> number(load.counts(since.toString()), "ticks") >= ticks);
    }
}
