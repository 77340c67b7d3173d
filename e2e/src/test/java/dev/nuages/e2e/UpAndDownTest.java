package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.local.Home;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The local cluster's own life, and the operator's on it: up, down, killed on the way, and up again. */
@Tag("e2e")
@Tag("life")
@Isolated
@ExtendWith(Evidence.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpAndDownTest {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** To the site's answer, with all built and nothing running: measured 20 to 30 s. */
    private static final Duration WARM = Duration.ofSeconds(60);

    /** In times of a look at the machine: on a slow one it may take that long. */
    private static final int LONGEST_WARM = 100;

    private static final String LAST_COMPONENT = "kube-proxy";
    private static final String OPERATOR = "nuages-system";
    private static final Psql DATABASE = new Psql("default", "mysite");

    /** Said when it begins, where nobody watches on a terminal. */
    private static final String STEP = "... ";

    @Test
    @Order(1)
    void downLeavesNothingAndUpBringsTheSiteBackWithItsData() throws IOException, InterruptedException {
        try (Bash bash = new Bash(Repository.root())) {
            // In the server's first database, which is nobody's.
            DATABASE.in("postgres", "drop table if exists kept; create table kept as select 'before' as written");
            assertThat(traces())
                    .allSatisfy((kind, found) -> assertThat(found).as(kind).isNotEmpty());

            down(bash);
            assertThat(traces())
                    .allSatisfy((kind, left) -> assertThat(left).as(kind).isEmpty());
            Bash.Done again = nuages(bash, "down");
            assertThat(again.output()).contains("Stop Kubernetes");

            List<Duration> floor = ClusterTest.took(bash, "./nuages doctor", "");
            long began = System.nanoTime();
            up(bash);
            var took = Duration.ofNanos(System.nanoTime() - began);
            System.out.printf(
                    "nuages up, with all built and nothing running, took %d s to the site's answer; nuages doctor took %s%n",
                    took.toSeconds(), floor);
            assertThat(took)
                    .isLessThan(
                            Collections.max(List.of(WARM, Collections.min(floor).multipliedBy(LONGEST_WARM))));
            assertThat(DATABASE.in("postgres", "select written from kept")).isEqualTo("before");
            DATABASE.in("postgres", "drop table kept");
        }
    }

    @Test
    @Order(2)
    void nobodyNoticesThatTheApiServerIsKilledAmidADeployWhichGoesOnAfterwards()
            throws IOException, InterruptedException {
        String target = site("{.spec.version}").equals("1.0") ? "1.1" : "1.0";
        // By Jobs: when the API server dies before it answers, the Job's controller may make its pod a second time.
        // That one waits for the first and finds all done.
        String migrations =
                "select count(distinct regexp_replace(host, '-[^-]*$', '')) from jobs_migraterun where version = '"
                        + target + "'";
        int before = Integer.parseInt(DATABASE.site(migrations));
        List<Visitors.Visit> visits;
        try (Bash bash = new Bash(Repository.root());
                Visitors visitors = new Visitors(URI.create("http://127.0.0.1:8080/"), "mysite.localhost")) {
            visitors.awaitVisits(5);
            kubectl(
                    "patch",
                    "djangoapp",
                    "mysite",
                    "--type=merge",
                    "-p",
                    "{\"spec\":{\"version\":\"" + target + "\"}}");
            Kubectl.await("default", "djangoapp/mysite", "jsonpath={.status.phase}=Migrating");
            Components.kill("kube-apiserver");
            visitors.awaitVisits(20);
            assertThat(Components.running()).doesNotContainKey("kube-apiserver");
            up(bash);
            Kubectl.await("default", "djangoapp/mysite", "jsonpath={.status.migratedVersion}=" + target);
            Kubectl.await("default", "djangoapp/mysite", "jsonpath={.status.phase}=Ready");
            visitors.awaitVisits(5);
            visits = visitors.end();
        }
        assertThat(visits).allSatisfy(visit -> assertThat(visit.outcome()).isEqualTo("200"));
        assertThat(Integer.parseInt(DATABASE.site(migrations)))
                .as("migrations, as the site wrote them down")
                .isEqualTo(before + 1);
        assertThat(DATABASE.site("select app, name from django_migrations group by app, name having count(*) > 1"))
                .as("what was applied twice")
                .isEmpty();
    }

    @Test
    @Order(3)
    void anUpThatIsKilledIsGoneOnWith() throws IOException, InterruptedException {
        try (Bash bash = new Bash(Repository.root())) {
            down(bash);
            Set<String> begun = Components.running().keySet();
            while (!begun.contains(LAST_COMPONENT)) {
                int before = begun.size();
                killUp(said -> Components.running().size() > before);
                begun = Components.running().keySet();
            }
            for (String step : List.of("Run the add-ons", "Install the operator", "Run the example site")) {
                killUp(said -> said.contains(STEP + step));
            }
            up(bash);
            assertThat(nuages(bash, "up").output()).contains("Nothing to change");
        }
    }

    @Test
    @Order(4)
    void upOnANamedContextInstallsTheOperatorThere() throws IOException, InterruptedException {
        String image = operator("{.spec.template.spec.containers[0].image}");
        kubectl("delete", "namespace", OPERATOR, "--wait=true", "--timeout=3m");
        try (Bash bash = new Bash(Repository.root())) {
            Bash.Done done = bash.run(
                    "KUBECONFIG=%s ./nuages up --context nuages --image %s"
                            .formatted(Home.ofThisUser().kubeconfig(), image),
                    LONGEST);
            assertThat(done.exitCode()).as(done.output()).isZero();
            assertThat(done.output()).contains("The operator runs on nuages, in namespace nuages-system.");
            assertThat(operator("{.status.readyReplicas}")).isEqualTo("1");
            up(bash);
        }
    }

    @Test
    @Order(5)
    void devRunsTheOperatorOfTheWorkingTreeUntilItIsEnded() throws IOException, InterruptedException {
        try (Nuages dev = new Nuages("dev")) {
            dev.await(said -> said.stream().anyMatch(line -> line.contains("The operator runs from the working tree")));
            assertThat(operator("{.spec.replicas}")).isEqualTo("0");
            kubectl("delete", "service", "mysite-web");
            Kubectl.await("default", "service/mysite-web", "create");

            // As an IDE leaves a class that it compiled.
            Files.setLastModifiedTime(
                    Repository.root().resolve("operator/target/classes/dev/nuages/operator/Operator.class"),
                    FileTime.from(Instant.now()));
            dev.await(said -> said.contains("nuages dev: Restarted."));
            dev.end();
        }
        kubectl("-n", OPERATOR, "rollout", "status", "deployment/nuages-operator", "--timeout=3m");
        assertThat(operator("{.status.readyReplicas}")).isEqualTo("1");
    }

    @Test
    @Order(6)
    void purgeDeletesItsOwnFolderAndNoneOfAnotherCluster(@TempDir Path other) throws IOException, InterruptedException {
        Path home = other.resolve("nuages");
        Files.createDirectories(home.resolve("cache/bin"));
        Files.writeString(home.resolve("cache/bin/etcd-0"), "built");
        Map<String, List<Listener>> before = Components.listening();
        assertThat(before).isNotEmpty();

        try (Bash bash = new Bash(Repository.root())) {
            Bash.Done done = bash.run("NUAGES_HOME=" + home + " ./nuages down --purge", LONGEST);
            assertThat(done.exitCode()).as(done.output()).isZero();
        }

        assertThat(home).doesNotExist();
        assertThat(Home.ofThisUser().binaries()).isNotEmptyDirectory();
        Map<String, List<Listener>> after = Components.listening();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        before.forEach((component, listeners) -> {
            List<Listener> now = after.getOrDefault(component, List.of());
            assertThat(places(now)).as(component).isEqualTo(places(listeners));
            assertThat(places(now.stream().filter(listeners::contains).toList()))
                    .as("where processes of before still listen: %s", component)
                    .isEqualTo(places(listeners));
        });
    }

    /** Without the processes: one that a component has just started has its sockets too, for a moment. */
    private static Set<String> places(List<Listener> listeners) {
        return listeners.stream()
                .map(listener -> listener.address() + ":" + listener.port())
                .collect(Collectors.toSet());
    }

    private static void up(Bash bash) throws IOException, InterruptedException {
        assertThat(nuages(bash, "up").output()).contains("mysite ").contains(" answers at http://mysite.localhost");
    }

    private static void down(Bash bash) throws IOException, InterruptedException {
        assertThat(nuages(bash, "down").output()).contains("nothing of it runs");
    }

    private static Bash.Done nuages(Bash bash, String arguments) throws IOException, InterruptedException {
        Bash.Done done = bash.run("./nuages " + arguments, LONGEST);
        assertThat(done.exitCode()).as(done.output()).isZero();
        return done;
    }

    /** Kills one with no warning (SIGKILL), as soon as it has come so far. */
    private static void killUp(Predicate<Queue<String>> point) throws IOException, InterruptedException {
        try (Nuages up = new Nuages("up")) {
            up.await(point);
            assertThat(up.kill()).as("how an up ended that was to be killed").isEqualTo(128 + 9);
        }
    }

    private static String operator(String path) {
        return kubectl("-n", OPERATOR, "get", "deployment", "nuages-operator", "-o", "jsonpath=" + path);
    }

    private static String site(String path) {
        return kubectl("get", "djangoapp", "mysite", "-o", "jsonpath=" + path);
    }

    /** What of the cluster, and of what is built for it, is on this machine outside of its folder, and in memory. */
    private static Map<String, List<String>> traces() throws IOException, InterruptedException {
        String cluster = Home.ofThisUser().cluster().toString();
        Map<String, List<String>> found = new TreeMap<>();
        found.put("programs", List.copyOf(Components.running().keySet()));
        found.put("processes of pods", podProcesses());
        found.put(
                "mounts",
                lines(Path.of("/proc/self/mountinfo"), Home.ofThisUser().root() + "/"));
        found.put("cgroups", cgroups());
        try (Bash bash = new Bash(Repository.root())) {
            found.put("bridges", matching(bash, "ip -o link show type bridge", "nuages"));
            found.put("devices of pods", matching(bash, "ip -o link show type veth", "nuages0"));
            found.put("nftables", matching(bash, "nft list tables", "nuages"));
            found.put("nftables of kube-proxy", matching(bash, "nft list tables", "kube-proxy"));
        }
        found.put("links to logs", links(Path.of("/var/log/containers"), cluster));
        return found;
    }

    private static List<String> matching(Bash bash, String command, String part)
            throws IOException, InterruptedException {
        Bash.Done done = bash.run(command, Duration.ofSeconds(30));
        assertThat(done.exitCode()).as(done.output()).isZero();
        return done.output().lines().filter(line -> line.contains(part)).toList();
    }

    private static List<String> lines(Path file, String part) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.contains(part)).toList();
        }
    }

    private static List<String> podProcesses() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> Components.read(pid, "cgroup").contains("/kubepods/"))
                .map(pid -> Components.read(pid, "cmdline").replace('\0', ' '))
                .toList();
    }

    private static List<String> cgroups() throws IOException {
        try (Stream<Path> folders =
                Files.find(Path.of("/sys/fs/cgroup"), 2, (path, its) -> path.endsWith("kubepods"))) {
            return folders.map(Path::toString).toList();
        }
    }

    private static List<String> links(Path folder, String into) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        try (Stream<Path> links = Files.list(folder).filter(Files::isSymbolicLink)) {
            for (Path link : links.toList()) {
                if (Files.readSymbolicLink(link).startsWith(into)) {
                    found.add(link.toString());
                }
            }
        }
        return found;
    }

    /** A command that is under way. */
    private static final class Nuages implements AutoCloseable {
        private final Process process;
        private final Queue<String> said = new ConcurrentLinkedQueue<>();

        Nuages(String command) throws IOException {
            process = new ProcessBuilder(Repository.root().resolve("nuages").toString(), command)
                    .redirectErrorStream(true)
                    .start();
            Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(said::add));
        }

        /** Waits until it has come so far by what it said. */
        void await(Predicate<Queue<String>> point) {
            Awaitility.await()
                    .atMost(LONGEST)
                    .pollInterval(Duration.ofMillis(20))
                    .failFast("it ended before", () -> !process.isAlive() && !point.test(said))
                    .until(() -> point.test(said));
        }

        /** As {@code kill -9} does; answers what it ended with. */
        int kill() throws InterruptedException {
            return process.destroyForcibly().waitFor();
        }

        /** As Ctrl-C does. */
        void end() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
