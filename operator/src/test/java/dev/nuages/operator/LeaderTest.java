package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.RedisInstance;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Of two operators one works: until it ends, or until it did not renew its lease. */
@Tag("control-plane")
@Order(5)
@ResourceLock(TestCluster.LEASE)
class LeaderTest {
    private static final String REDIS = "cache";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient client;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        client = cluster.operator();
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @Test
    void the_next_begins_when_the_first_has_ended() throws Exception {
        var service = redis("handover");
        Operator second;
        try (var first = startOperator("first", "handover")) {
            Eventually.holds("the first works", first::working);
            Eventually.holds("its Service", () -> service.get() != null);
            second = startOperator("second", "handover");
            assertThat(second.working()).isFalse();
            assertThat(lease())
                    .extracting(LeaseSpec::getHolderIdentity, LeaseSpec::getLeaseDurationSeconds)
                    .containsExactly("first", 15);
        }
        try (second) {
            // The client gives a lease back by leaving its holder no more than a second of it.
            assertThat(lease())
                    .satisfiesAnyOf(
                            lease -> assertThat(lease.getHolderIdentity()).isEqualTo("second"),
                            lease -> assertThat(lease.getLeaseDurationSeconds()).isEqualTo(1));
            Eventually.holds("the second works", second::working);
            deleted(service);
            Eventually.holds("the Service, made by the second", () -> service.get() != null);
        }
    }

    @Test
    void one_that_was_held_up_for_longer_than_its_lease_writes_nothing_any_more() throws Exception {
        var service = redis("held-up");
        var log = folder.resolve("first.log");
        var first = startProcess("held-up", log);
        // What it has asked the API server for before it is held up, it hears of, and tells, afterwards.
        Eventually.holds(
                "the last of what the first makes",
                () -> read(log).contains("applied StatefulSet/cache-redis"),
                () -> read(log));
        try (var second = startOperator("second", "held-up")) {
            assertThat(second.working()).isFalse();
            signal("STOP", first);
            var written = read(log);
            Eventually.holds("the second works", second::working);
            deleted(service);
            Eventually.holds("the Service, made by the second", () -> service.get() != null);
            var version = service.get().getMetadata().getResourceVersion();

            // Deleted again just before it wakes up, so that it has something to repair by what it hears.
            deleted(service);
            signal("CONT", first);
            assertThat(first.onExit().join().exitValue()).isEqualTo(1);
            assertThat(read(log).substring(written.length()))
                    .contains("the lease was lost")
                    .doesNotContain("applied", "generated", "said ");
            Eventually.holds(
                    "the Service again",
                    () -> Optional.ofNullable(service.get())
                            .filter(now ->
                                    !now.getMetadata().getResourceVersion().equals(version))
                            .isPresent());
        } finally {
            first.destroyForcibly();
        }
    }

    private static LeaseSpec lease() {
        return cluster.admin()
                .leases()
                .inNamespace(TestCluster.OPERATOR_NAMESPACE)
                .withName(Leadership.LEASE)
                .get()
                .getSpec();
    }

    private static Resource<Service> redis(String namespace) {
        cluster.newNamespace(namespace);
        cluster.admin().resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: RedisInstance
                metadata:
                  name: cache
                spec:
                  local: {}
                """).inNamespace(namespace).create();
        assertThat(cluster.admin()
                        .resources(RedisInstance.class)
                        .inNamespace(namespace)
                        .withName(REDIS)
                        .get())
                .isNotNull();
        return cluster.admin().services().inNamespace(namespace).withName(REDIS + "-redis");
    }

    private static void deleted(Resource<Service> service) {
        var uid = service.get().getMetadata().getUid();
        service.delete();
        Eventually.holds(
                "the Service is gone",
                () -> Optional.ofNullable(service.get())
                        .filter(now -> now.getMetadata().getUid().equals(uid))
                        .isEmpty());
    }

    private static Operator startOperator(String identity, String namespace) throws IOException {
        var operator = new Operator(
                new Configuration(TestCluster.OPERATOR_NAMESPACE, identity, Set.of(namespace), 0, true),
                client,
                Cast::kinds,
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                () -> {
                    throw new AssertionError(identity + " lost its lease");
                });
        operator.start();
        return operator;
    }

    /** The operator as a process of its own, which can be stopped as a machine stops it that is out of breath. */
    private Process startProcess(String namespace, Path log) throws IOException {
        var kubeconfig =
                Files.writeString(folder.resolve("kubeconfig"), Serialization.asYaml(cluster.operatorKubeconfig()));
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        Operator.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        var environment = builder.environment();
        environment.put("KUBECONFIG", kubeconfig.toString());
        environment.put("NUAGES_NAMESPACE", TestCluster.OPERATOR_NAMESPACE);
        environment.put("POD_NAME", "first");
        environment.put("NUAGES_WATCH_NAMESPACES", namespace);
        environment.put("NUAGES_HTTP_PORT", "0");
        return builder.start();
    }

    private static void signal(String name, Process process) throws IOException {
        var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
        assertThat(kill.onExit().join().exitValue()).isZero();
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
