package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.scenario.Differences;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The operator dies after its k-th write, for every k of a whole deploy, and another goes on: the end is that of a run
 * that nobody disturbed, and no object came or went more often.
 */
@Tag("control-plane")
@Order(3)
class CrashTest {
    /** As many at once as the machine has time for: each waits more than it works. */
    private static final int AT_ONCE = 6;

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient client;
    private static Cast cast;
    private static Witness witness;

    @BeforeAll
    static void start() {
        client = cluster.operator();
        cast = new Cast(cluster.admin(), cluster.postgres());
        witness = new Witness(cluster.admin());
    }

    @AfterAll
    static void stop() {
        witness.close();
        client.close();
    }

    private record Outcome(int writes, String picture, Map<String, String> counts) {}

    @Test
    void a_crash_after_any_write_ends_as_an_undisturbed_run() throws Exception {
        var undisturbed = deploy("crash-never", Integer.MAX_VALUE);
        assertThat(undisturbed.writes()).as("the writes of a deploy").isGreaterThan(20);
        var wrong = new ConcurrentSkipListMap<Integer, String>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var runs = IntStream.range(0, undisturbed.writes())
                    .mapToObj(writes -> threads.submit(() -> {
                        var difference = difference(undisturbed, deploy("crash-" + writes, writes));
                        if (!difference.isEmpty()) {
                            wrong.put(writes, difference);
                        }
                        return writes;
                    }))
                    .toList();
            for (Future<Integer> run : runs) {
                run.get();
            }
        }
        assertThat(wrong)
                .as("what differs after a crash, by the number of writes before it")
                .isEmpty();
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

    private static Outcome deploy(String namespace, int writes) throws Exception {
        var death = new Death(writes);
        var app = LiveApp.create(cluster, namespace);
        try (var _ = cast.playOn(namespace);
                var mortal = cluster.operator(death)) {
            try (var _ = app.startOperator(mortal, death.route(cast::route))) {
                Eventually.holds(
                        "a crash, or a ready application, in " + namespace,
                        () -> death.hasCome() || isReady(app),
                        () -> String.valueOf(app.resource().get().getStatus()));
            }
            if (death.hasCome()) {
                try (var _ = app.startOperator(client, cast)) {
                    app.await(Phase.Ready);
                }
            }
        }
        return new Outcome(
                death.writesBegun(), Picture.of(cluster.admin(), namespace), witness.comingsAndGoings(namespace));
    }

    private static boolean isReady(LiveApp app) {
        return app.phase().filter(Phase.Ready::equals).isPresent();
    }
}
