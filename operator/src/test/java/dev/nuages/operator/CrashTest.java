package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.scenario.Differences;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    /** What each operator does before it dies. */
    private record Life(int writes, boolean silent) {
        static final Life WHOLE = new Life(Integer.MAX_VALUE, false);
    }

    /** Death comes before each write, after each, and late enough that one comes to see what it wrote itself. */
    private static final List<Life> SHORT = List.of(new Life(1, false), new Life(1, true), new Life(3, false));

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
        var undisturbed = deploy("crash-never", Life.WHOLE);
        assertThat(undisturbed.writes()).as("the writes of a deploy").isGreaterThan(20);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new LinkedHashMap<Life, Future<Outcome>>();
            SHORT.forEach(life -> {
                var namespace = "crash-" + runs.size();
                runs.put(life, threads.submit(() -> deploy(namespace, life)));
            });
            for (var run : runs.entrySet()) {
                var disturbed = run.getValue().get();
                // What is said of a state that has passed is left out.
                assertThat(disturbed.deaths())
                        .as("deaths, of writes that were %d", undisturbed.writes())
                        .hasSizeGreaterThan(undisturbed.writes() / run.getKey().writes() / 2);
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

    private static Outcome deploy(String namespace, Life life) throws Exception {
        var app = LiveApp.create(cluster, namespace);
        var deaths = new ArrayList<String>();
        int writes = 0;
        try (var _ = cast.playOn(namespace)) {
            while (!isReady(app)) {
                assertThat(deaths).as("deaths without an end").hasSizeLessThan(100);
                var death = new Death(life.writes(), life.silent());
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
