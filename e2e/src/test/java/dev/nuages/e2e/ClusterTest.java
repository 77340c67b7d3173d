package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for a cluster that {@code nuages up} has brought up. */
@Tag("e2e")
@ExtendWith(Evidence.class)
class ClusterTest {

    @Test
    void theOperatorHasNoRightsByWildcard() {
        String rights = kubectl("auth", "can-i", "--list", "--as=system:serviceaccount:nuages-system:nuages-operator");

        // URLs are the API server's own discovery, which every account may read.
        assertThat(rights.lines().filter(line -> !line.contains("[/")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("*"));
    }

    @Test
    void upAgainChangesNothingAndIsSoonDone() throws IOException, InterruptedException {
        String before = versions();
        List<Duration> took = new ArrayList<>();
        try (Bash bash = new Bash(Repository.root())) {
            // What else this machine does only ever adds to the time: the quickest of three is nearest to its own.
            for (int i = 0; i < 3; i++) {
                long began = System.nanoTime();
                Bash.Done again = bash.run("./nuages up", Duration.ofMinutes(2));
                took.add(Duration.ofNanos(System.nanoTime() - began));
                assertThat(again.exitCode()).as(again.output()).isZero();
                assertThat(again.output())
                        .containsIgnoringCase("nothing to change")
                        .doesNotContain(" ok Build");
            }
        }
        System.out.println("nuages up, with nothing to change, took " + took);

        assertThat(Collections.min(took)).isLessThan(Duration.ofSeconds(5));
        assertThat(versions()).isEqualTo(before);
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

    @Test
    void serversOfTheirOwnBecomeReadyAndAnswer() {
        Kubectl.apply("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: e2e-servers
                ---
                apiVersion: nuages.dev/v1alpha1
                kind: PostgresServer
                metadata:
                  name: shared
                  namespace: e2e-servers
                spec:
                  deletionPolicy: Delete
                  local:
                    image: nuages.local/postgres:15
                ---
                apiVersion: nuages.dev/v1alpha1
                kind: RedisInstance
                metadata:
                  name: cache
                  namespace: e2e-servers
                spec:
                  deletionPolicy: Delete
                  local:
                    image: nuages.local/redis:7
                """);
        Kubectl.await("e2e-servers", "postgresserver/shared", "condition=Ready");
        Kubectl.await("e2e-servers", "redisinstance/cache", "condition=Ready");

        assertThat(kubectl(
                        "-n",
                        "e2e-servers",
                        "exec",
                        "shared-postgres-0",
                        "--",
                        "psql",
                        "-U",
                        "postgres",
                        "-Atc",
                        "select 6 * 7"))
                .isEqualToIgnoringNewLines("42");
        assertThat(kubectl("-n", "e2e-servers", "exec", "cache-redis-0", "--", "redis-cli", "ping"))
                .isEqualToIgnoringNewLines("PONG");
        kubectl("delete", "namespace", "e2e-servers", "--wait=true", "--timeout=3m");
    }
}
