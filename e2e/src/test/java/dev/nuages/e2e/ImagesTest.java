package dev.nuages.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The images of the local cluster, run as anybody runs the official ones that they stand for, which is not how the operator
 * does: as root, with their own commands, and with what the official ones read from their environment.
 */
@Tag("e2e")
@ExtendWith(Evidence.class)
class ImagesTest {
    private static final String NAMESPACE = "e2e-images";

    /** Each has a user of its own in all official images that have one. */
    private static final String USER = "999";

    @BeforeAll
    static void run() {
        Namespaces.fresh(NAMESPACE);
        Kubectl.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce-", "--overwrite");
        Kubectl.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: given, namespace: e2e-images}
                stringData: {user: ann, password: s3cret}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: images, namespace: e2e-images}
                spec:
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 2
                  volumes: [{name: given, secret: {secretName: given}}]
                  containers:
                    - name: postgres
                      image: nuages.local/postgres:15
                      args: [-c, max_connections=33]
                      env:
                        - {name: POSTGRES_USER_FILE, value: /given/user}
                        - {name: POSTGRES_PASSWORD_FILE, value: /given/password}
                      volumeMounts: [{name: given, mountPath: /given}]
                    - name: redis
                      image: nuages.local/redis:7
                      args: [--requirepass, s3cret]
                    - name: rabbitmq
                      image: nuages.local/rabbitmq:3-management
                      env:
                        - {name: RABBITMQ_DEFAULT_USER, value: ann}
                        - {name: RABBITMQ_DEFAULT_PASS_FILE, value: /given/password}
                        - {name: RABBITMQ_DEFAULT_VHOST, value: shop}
                      volumeMounts: [{name: given, mountPath: /given}]
                    - name: caddy
                      image: nuages.local/caddy:2
                """);
        Kubectl.await(NAMESPACE, "pod/images", "condition=Ready");
    }

    @AfterAll
    static void remove() {
        Namespaces.remove(NAMESPACE);
    }

    @Test
    void postgresTakesItsSuperuserFromFilesAndOptionsAlone() {
        eventually("1", () -> inside("postgres", "psql", "-U", "ann", "-Atc", "select 1"));
        assertThat(inside(
                        "postgres",
                        "env",
                        "PGPASSWORD=s3cret",
                        "psql",
                        "-h",
                        address(),
                        "-U",
                        "ann",
                        "-Atc",
                        "select current_database(), current_setting('max_connections')"))
                .isEqualTo("ann|33");
        assertThat(owner("postgres", "/proc/1", "/var/lib/postgresql/data")).containsOnly(USER);
    }

    @Test
    void redisTakesOptionsAlone() {
        eventually("PONG", () -> inside("redis", "redis-cli", "--no-auth-warning", "-a", "s3cret", "ping"));
        assertThat(inside("redis", "redis-cli", "ping")).contains("NOAUTH");
        assertThat(inside("redis", "redis-cli", "--no-auth-warning", "-a", "s3cret", "config", "get", "dir"))
                .endsWith("/data");
        assertThat(owner("redis", "/proc/1", "/data")).containsOnly(USER);
    }

    @Test
    void rabbitmqMakesTheUserAndVhostThatItIsGiven() {
        var overview = HttpRequest.newBuilder(URI.create("http://" + address() + ":15672/api/permissions"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("ann:s3cret".getBytes(StandardCharsets.UTF_8)))
                .build();
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() ->
                        assertThat(get(overview)).contains("\"user\":\"ann\"").contains("\"vhost\":\"shop\""));
        assertThat(owner("rabbitmq", "/proc/1", "/var/lib/rabbitmq")).containsOnly(USER);
    }

    @Test
    void caddyServesItsFirstPage() {
        var page =
                HttpRequest.newBuilder(URI.create("http://" + address() + "/")).build();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(get(page)).contains("Caddy runs"));
    }

    private static String address() {
        return Kubectl.kubectl("-n", NAMESPACE, "get", "pod", "images", "-o", "jsonpath={.status.podIP}");
    }

    private static String inside(String container, String... command) {
        var arguments =
                Stream.concat(Stream.of("-n", NAMESPACE, "exec", "images", "-c", container, "--"), Stream.of(command));
        return Kubectl.kubectl(arguments.toArray(String[]::new)).strip();
    }

    /** The users, as numbers, whose these files are. */
    private static List<String> owner(String container, String... files) {
        var command = Stream.concat(Stream.of("stat", "-L", "-c", "%u"), Stream.of(files));
        return inside(container, command.toArray(String[]::new)).lines().toList();
    }

    private static void eventually(String answer, Supplier<String> asked) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(asked::get, answer::equals);
    }

    private static String get(HttpRequest request) {
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
