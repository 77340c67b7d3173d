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

/**
 * The deploy and the death of a beat, of each kind: what was due meanwhile is sent once. Its site has no more processes than
 * that takes, and its tasks go through Redis. In this order each is there when the minute that it needs begins; RedBeat's
 * lock, which others wait for, comes last.
 */
@Tag("e2e")
@Order(3)
@ExtendWith(Evidence.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BeatTest {
    private static final WholeSite SITE = new WholeSite("e2e-beat", "beat.localhost");

    @BeforeAll
    static void install() throws IOException {
        SITE.install("""
                web: {replicas: 1, workers: 1, resources: {requests: {cpu: 20m, memory: 128Mi}}}
                websockets: null
                channelWorkers: null
                celery:
                  broker: Redis
                  pools: {slow: {concurrency: 2}}
                  beat: {resources: {requests: {cpu: 20m, memory: 128Mi}}}
                staticFiles: null
                media: null
                tasks: null
                migrations: null
                superuser: null
                """);
    }

    @AfterAll
    static void uninstall() {
        SITE.uninstall();
    }

    @Test
    @Order(1)
    void aScheduleInAFileOutlivesADeployAndTheDeathOfItsBeat() {
        try (var load = SITE.watch()) {
            var schedule = new Schedule(load);
            var began = Schedule.now();
            schedule.awaitTicks(began, 1);
            deployBeat("once");
            killWhenAMinuteIsDue(schedule, "everything-beat-0");
            schedule.awaitTicks(Schedule.now(), 1);
            var counts = load.counts(began.toString());
            System.out.println("The beat of a file was deployed, then killed when a minute was due: " + counts);
            schedule.assertNoneIsDoubledOrMissed(counts);
        }
    }

    @Test
    @Order(2)
    void tasksThroughRedisAndAScheduleInTheDatabaseOutliveADeployAndTheDeathOfTheirBeat() {
        try (var load = SITE.watch()) {
            load.askForTasks();
            load.keepAWorkerBusy();
            // And every other process of Django is replaced.
            SITE.patch("{\"env\":[{\"name\":\"DEPLOYED\",\"value\":\"again\"}],"
                    + "\"celery\":{\"beat\":{\"scheduler\":\"Database\"}}}");
            SITE.awaitReady();
            load.stop();

            var schedule = new Schedule(load);
            var began = Schedule.now();
            // What it has never sent it takes for new, and not for due, when it starts.
            schedule.awaitMinutes(began, 1);
            deployBeat("again");
            killWhenAMinuteIsDue(schedule, beats().getFirst());
            schedule.awaitTicks(Schedule.now(), 1);
            load.awaitEnd();
            var counts = load.counts(began.toString());
            System.out.printf(
                    "On Redis all was deployed while %d tasks were asked for; a beat with its schedule in the database was deployed,"
                            + " and killed when a minute was due: %s%n",
                    load.tasks(), counts);
            assertThat(load.failures()).isEmpty();
            assertThat(number(counts, "tasks")).isEqualTo(load.tasks());
            assertThat(number(counts, "doubled_tasks")).isZero();
            assertThat(number(counts, "unfinished_tasks")).isZero();
            schedule.assertNoneIsDoubledOrMissed(counts);
            SITE.assertThatATaskInHandWasEnded(counts);
        }
    }

    @TestFactory
    @Order(3)
    Stream<DynamicTest> redisAndTheDatabaseWalkIntoNoKnownTrap() {
        return new DefaultsInForce(SITE.namespace()).redisAndDatabaseRows();
    }

    @Test
    @Order(4)
    void anotherBeatLeadsWhenTheLeaderIsKilled() {
        SITE.patch("{\"celery\":{\"beat\":{\"scheduler\":\"RedBeat\"}}}");
        SITE.awaitReady();
        assertThat(SITE.names("statefulsets")).doesNotContain("everything-beat");
        assertThat(SITE.names("deployments")).contains("everything-beat");
        try (var load = SITE.watch()) {
            var schedule = new Schedule(load);
            var began = Schedule.now();
            schedule.awaitTicks(began, 1);
            var leaders = beats().stream()
                    .filter(pod -> SITE.of("logs", pod).contains("Acquired lock"))
                    .toList();
            assertThat(leaders).as("which of %s leads", beats()).hasSize(1);
            killWhenAMinuteIsDue(schedule, leaders.getFirst());
            SITE.awaitReady();
            schedule.awaitTicks(Schedule.now(), 1);
            var counts = load.counts(began.toString());
            System.out.println("The leader of RedBeat was killed when a minute was due: " + counts);
            schedule.assertNoneIsDoubledOrMissed(counts);
        }
    }

    @TestFactory
    @Order(5)
    Stream<DynamicTest> norDoesRedBeat() {
        return new DefaultsInForce(SITE.namespace()).redBeatRows();
    }

    /** Has its pod alone replaced. */
    private static void deployBeat(String mark) {
        SITE.patch("{\"celery\":{\"beat\":{\"pods\":{\"labels\":{\"example.org/deployed\":\"" + mark + "\"}}}}}");
        SITE.awaitReady();
    }

    private static List<String> beats() {
        return SITE.names("pods", "-l", "app.kubernetes.io/component=beat");
    }

    /** Kills a beat so that it does not work when the next minute is due, and waits for that minute's tick. */
    private static void killWhenAMinuteIsDue(Schedule schedule, String pod) {
        within(Duration.ofMinutes(2))
                .until(() -> Instant.now().atZone(ZoneOffset.UTC).getSecond() == 57);
        var minute = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
        SITE.kill(
                pod,
                () -> within(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(minute.plusSeconds(1))));
        schedule.awaitMinutes(minute, 1);
        assertThat(schedule.firstMinute(minute))
                .as("the minute that was due when nobody worked")
                .isEqualTo(minute);
    }
}
