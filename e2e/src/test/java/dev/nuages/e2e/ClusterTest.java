package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** What holds for a cluster that {@code nuages up} has brought up, while no other test changes it. */
@Tag("e2e")
@Tag("life")
@Isolated
@ExtendWith(Evidence.class)
class ClusterTest {
    /** In times of a look at the machine: measured 4.8 to 6.4. */
    private static final int LONGEST_UP = 10;

    private static final String OPERATOR = "nuages-system";

    @Test
    void theOperatorHasNoRightsByWildcard() {
        String rights = kubectl("auth", "can-i", "--list", "--as=system:serviceaccount:nuages-system:nuages-operator");

        // URLs are the API server's own discovery, which every account may read.
        assertThat(rights.lines().filter(line -> !line.contains("[/")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("*"));
    }

    @Test
    void theOperatorCanDoNoMoreThanItNeedsOnItsNode() {
        assertThat(kubectl(
                                "-n",
                                OPERATOR,
                                "exec",
                                "deployment/nuages-operator",
                                "--",
                                "sh",
                                "-c",
                                "id -u; touch /written 2>&1; grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/self/status")
                        .lines()
                        .map(line -> line.replaceAll("\\s+", " ")))
                .containsExactly(
                        "65532",
                        "touch: cannot touch '/written': Read-only file system",
                        "CapBnd: 0000000000000000",
                        "NoNewPrivs: 1",
                        "Seccomp: 2");
    }

    @Test
    void theOperatorLogsJsonThatNamesTheObject() throws IOException {
        String since = Instant.now().toString();
        kubectl("delete", "service", "mysite-web");
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> log(since).stream().anyMatch(line -> line.contains("applied Service/mysite-web")));

        List<JsonNode> logged = new ArrayList<>();
        for (String line : log(since)) {
            logged.add(new ObjectMapper().readTree(line));
        }
        assertThat(logged).allSatisfy(line -> {
            assertThat(Instant.parse(line.path("time").asText())).isBefore(Instant.now());
            assertThat(line.path("level").asText()).isNotEmpty();
        });
        assertThat(logged)
                .filteredOn(line -> line.path("message").asText().startsWith("applied Service/mysite-web"))
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(line.path("resource.kind").asText()).isEqualTo("DjangoApp");
                    assertThat(line.path("resource.namespace").asText()).isEqualTo("default");
                    assertThat(line.path("resource.name").asText()).isEqualTo("mysite");
                });
        Kubectl.await("default", "djangoapp/mysite", "jsonpath={.status.phase}=Ready");
    }

    private static List<String> log(String since) {
        return kubectl("-n", OPERATOR, "logs", "deployment/nuages-operator", "--since-time=" + since)
                .lines()
                .toList();
    }

    @Test
    void upAgainChangesNothingAndIsSoonDone() throws IOException, InterruptedException {
        String before = versions();
        try (Bash bash = new Bash(Repository.root())) {
            // The same JVM, which looks at the machine alone: machines differ, and this one has its moods.
            List<Duration> floor = took(bash, "./nuages doctor", "");
            List<Duration> took = took(bash, "./nuages up", "Nothing to change");
            System.out.printf(
                    "nuages up, with nothing to change, took %s, where the aim is 5 s; nuages doctor took %s%n",
                    took, floor);
            assertThat(Collections.min(took)).isLessThan(Collections.min(floor).multipliedBy(LONGEST_UP));
        }
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void upMakesWhatIsMissingAndTheSiteGetsOverTheErrorOfBefore() throws IOException, InterruptedException {
        kubectl("delete", "djangoenvironment", "default");
        Kubectl.await("default", "djangoapp/mysite", "jsonpath={.status.phase}=Error");
        try (Bash bash = new Bash(Repository.root())) {
            Bash.Done done = bash.run("./nuages up", Duration.ofMinutes(2));
            assertThat(done.exitCode()).as(done.output()).isZero();
        }
        Kubectl.await("default", "djangoapp/mysite", "jsonpath={.status.phase}=Ready");
    }

    /** What else this machine does only ever adds to the time: the quickest of three is nearest to its own. */
    static List<Duration> took(Bash bash, String command, String says) throws IOException, InterruptedException {
        List<Duration> took = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long began = System.nanoTime();
            Bash.Done done = bash.run(command, Duration.ofMinutes(2));
            took.add(Duration.ofNanos(System.nanoTime() - began));
            assertThat(done.exitCode()).as(done.output()).isZero();
            assertThat(done.output()).contains(says).doesNotContain(" ok Build");
        }
        return took;
    }

    /** Which version each object has that only somebody's wish changes. */
    private static String versions() {
        return kubectl(
                "get",
                "djangoapps,djangoenvironments,deployments,statefulsets,services,secrets,ingresses,jobs,clusterroles,crds",
                "-A",
                "-o",
                "custom-columns=KIND:.kind,NAME:.metadata.name,GENERATION:.metadata.generation,UID:.metadata.uid");
    }
}
