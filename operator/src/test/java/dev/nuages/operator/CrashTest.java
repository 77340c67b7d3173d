package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.scenario.Differences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The operator dies between any two writes of a whole deploy, and another goes on: the end is that of a run that nobody
 * disturbed, and no object came or went more often.
 */
@Tag("control-plane")
@Order(3)
class CrashTest {
    /** What each operator writes before it dies, in one run and in the other, where it comes to see what it wrote itself. */
    private static final List<Integer> WRITES_OF_A_LIFE = List.of(1, 3);

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static Cast cast;
    private static Witness witness;

    @BeforeAll
    static void start() {
        cast = new Cast(cluster.admin(), cluster.postgres());
        witness = new Witness(cluster.admin());
    }

    @AfterAll
    static void stop() {
        witness.close();
    }

    /**
     * @param picture what there is at the end
     * @param counts how often each object came and went
     * @param writes of all operators
     * @param deaths what each operator died of: the write that it did no more
     */
    private record Outcome(String picture, Map<String, String> counts, int writes, List<String> deaths) {}

    @Test
    void crashes_between_all_writes_end_as_an_undisturbed_run() throws Exception {
        var undisturbed = deploy("crash-never", Integer.MAX_VALUE);
        assertThat(undisturbed.writes()).as("the writes of a deploy").isGreaterThan(20);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new TreeMap<Integer, Future<Outcome>>();
            WRITES_OF_A_LIFE.forEach(writes ->
                    runs.put(writes, threads.submit(() -> deploy("crash-after-" + writes, writes))));
            for (var run : runs.entrySet()) {
                var disturbed = run.getValue().get();
                // What is said of a state that has passed is left out.
                assertThat(disturbed.deaths())
                        .as("deaths, of writes that were %d", undisturbed.writes())
                        .hasSizeGreaterThan(undisturbed.writes() / run.getKey() / 2);
                assertThat(difference(undisturbed, disturbed))
                        .as("what differs after the deaths of operators that were about to\n%s", disturbed.deaths())
                        .isEmpty();
            }
        }
    }

    private static String difference(Outcome undisturbed, Outcome disturbed) {
        return Differences.between(undisturbed.picture(), disturbed.picture())
                + Differences.between(lines(undisturbed.counts()), lines(disturbed.counts()));
    }

    private static String lines(Map<String, String> counts) {
        var lines = new TreeMap<String, String>();
        counts.forEach((object, count) -> lines.put(object.replaceFirst("-migrate-.*", "-migrate-…"), count));
        return String.join("\n", lines.entrySet().stream().map(Object::toString).toList());
    }

    /**
     * @param writesOfALife how many writes each operator does
     */
    private static Outcome deploy(String namespace, int writesOfALife) throws Exception {
        var app = LiveApp.create(cluster, namespace);
        var deaths = new ArrayList<String>();
        int writes = 0;
        try (var _ = cast.playOn(namespace)) {
            while (!isReady(app)) {
                assertThat(deaths).as("deaths without an end").hasSizeLessThan(100);
                var death = new Death(writesOfALife);
                try (var mortal = cluster.operator(death);
                        var _ = app.startOperator(mortal, death.route(cast::route))) {
                    Eventually.holds(
                            "a crash, or a ready application, in " + namespace,
                            () -> death.hasCome() || isReady(app),
                            () -> String.valueOf(app.resource().get().getStatus()));
                }
                death.of().ifPresent(deaths::add);
                writes += death.writesDone();
            }
        }
        return new Outcome(Picture.of(cluster.admin(), namespace), witness.comingsAndGoings(namespace), writes, deaths);
    }

    private static boolean isReady(LiveApp app) {
        return app.phase().filter(Phase.Ready::equals).isPresent();
    }
}
