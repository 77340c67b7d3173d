package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/**
 * What keeps a Django site out of the known traps, as its running processes have it: read from their own {@code /proc},
 * from Django's and Celery's settings, and from what the servers answer. What the plans ask for is another test's.
 *
 * @param namespace where the site runs, whose name is {@code everything}
 */
record DefaultsInForce(String namespace, Map<String, Started> processes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> DJANGO =
            List.of("web", "websockets", "channels-bot", "celery-fast", "celery-slow", "beat");

    /** What runs beside it of other images: Caddy and the servers. */
    private static final List<String> OTHERS = List.of("static", "postgres", "redis", "rabbitmq");

    /** No variable that holds a password is printed, for what a test prints is kept. */
    private static final String LOOK = """
            tr '\\0' '\\n' </proc/1/cmdline
            echo ==
            tr '\\0' '\\n' </proc/1/environ | grep -E '^[A-Za-z_0-9]+=' | grep -vE '^(SECRET_KEY|REDISCLI_AUTH|[A-Z_]*URL)='
            echo ==
            cat /proc/1/status
            echo ==
            cat /proc/mounts
            """;

    DefaultsInForce(String namespace) {
        this(namespace, new HashMap<>());
    }

    /** The first process of a component's pod. */
    record Started(List<String> command, Map<String, String> variables, String status, String mounts) {
        static Started of(String looked) {
            String[] parts = looked.split("==\n", -1);
            Map<String, String> variables = new HashMap<>();
            parts[1].lines().map(line -> line.split("=", 2)).forEach(pair -> variables.put(pair[0], pair[1]));
            return new Started(parts[0].lines().toList(), variables, parts[2], parts[3]);
        }
    }

    /** While beat is {@code Persistent} and the broker RabbitMQ, as in {@code everything.yaml}. */
    Stream<DynamicTest> rows() {
        return Stream.of(
                row("migration: one at a time holds a lock, and gives one up that is not to be had soon", () -> {
                    JsonNode container = container("migration");
                    assertThat(container.path("command").toString()).contains("SELECT pg_advisory_lock");
                    assertThat(container.path("env").toString())
                            .contains("lock_timeout=5s", "\"NUAGES_LOCK_RETRIES\",\"value\":\"10\"");
                    assertThat(pod("migration").at("/status/phase").asText()).isEqualTo("Succeeded");
                }),
                row(
                        "migration: Django has recorded what it applied",
                        () -> assertThat(new Psql(namespace, "everything")
                                        .site("select count(*) > 0 from django_migrations"))
                                .isEqualTo("t")),
                row(
                        "gunicorn: workers beat in memory",
                        () -> assertThat(in("web", "ls -l /proc/[0-9]*/fd 2>/dev/null; true"))
                                .contains("/dev/shm/wgunicorn-")),
                row("gunicorn: requests in hand have half a minute, and the pod that and a margin", () -> {
                    assertThat(process("web").command()).contains("--graceful-timeout=30", "--timeout=30");
                    assertThat(grace("web")).isEqualTo(10 + 30 + 5);
                }),
                row(
                        "gunicorn: no idle connection is closed before the proxy's 90 s",
                        () -> assertThat(process("web").command()).contains("--keep-alive=95")),
                row(
                        "gunicorn: it answers for 10 s after its end was decided",
                        () -> assertThat(container("web")
                                        .at("/lifecycle/preStop/sleep/seconds")
                                        .asInt())
                                .isEqualTo(10)),
                row("gunicorn: it listens for others, and believes the ingress controller", () -> {
                    assertThat(in("web", "cat /proc/net/tcp")).contains(" 00000000:1F40 ");
                    assertThat(process("web").variables()).containsEntry("FORWARDED_ALLOW_IPS", "*");
                }),
                row(
                        "gunicorn: its control socket is where it can write, and that is not the root",
                        () -> assertThat(in("web", "ls $HOME/.gunicorn; touch /there 2>&1 || true"))
                                .contains("gunicorn.ctl", "Read-only file system")),
                row("rollout: no pod goes first, and nodes are drained one pod at a time", () -> {
                    assertThat(object("deployment", "web")
                                    .at("/spec/strategy/rollingUpdate/maxUnavailable")
                                    .asInt(-1))
                            .isZero();
                    assertThat(object("poddisruptionbudget", "web")
                                    .at("/spec/maxUnavailable")
                                    .asInt())
                            .isEqualTo(1);
                }),
                row(
                        "probes: each asks as the primary host, over https",
                        () -> assertThat(List.of("startupProbe", "readinessProbe", "livenessProbe"))
                                .allSatisfy(probe -> assertThat(container("web")
                                                .path(probe)
                                                .at("/httpGet/httpHeaders")
                                                .toString())
                                        .contains("everything.localhost", "X-Forwarded-Proto"))),
                row(
                        "probes: no worker is asked anything once it works",
                        () -> assertThat(List.of("celery-fast", "celery-slow", "channels-bot", "beat"))
                                .allSatisfy(component -> assertThat(
                                                container(component).toString())
                                        .doesNotContain("readinessProbe", "livenessProbe"))),
                row(
                        "probes: a worker has started when it is connected, asked by a Python that loads nothing",
                        () -> assertThat(List.of("celery-fast", "celery-slow", "channels-bot"))
                                .allSatisfy(component -> {
                                    var asked = asksWhetherItStarted(component);
                                    assertThat(asked).startsWith("python", "-ISc");
                                    exec(pod(component).at("/metadata/name").asText(), asked.toArray(String[]::new));
                                    assertThat(withoutANetwork(asked)).startsWith("no connection yet");
                                })),
                row(
                        "celery: it is process 1, in processes and not threads, without a beat",
                        () -> assertThat(process("celery-fast").command())
                                .contains("/opt/venv/bin/celery", "--pool=prefork")
                                .doesNotContain("-B", "--beat")),
                row("celery: a pod has as long to end as it may drain, and a margin", () -> {
                    assertThat(grace("celery-fast")).isEqualTo(60 + 5);
                    assertThat(grace("celery-slow")).isEqualTo(120 + 5);
                }),
                row(
                        "celery: RabbitMQ lets a task take a day",
                        () -> assertThat(exec(
                                        "everything-rabbitmq-0",
                                        "rabbitmqctl",
                                        "eval",
                                        "application:get_env(rabbit, consumer_timeout)."))
                                .contains("{ok,86400000}")),
                row("beat: there is one, with its schedule on a volume and no pidfile", () -> {
                    assertThat(process("beat").command())
                            .contains("--pidfile=", "--schedule=/var/lib/celery/celerybeat-schedule");
                    assertThat(process("beat").mounts()).contains(" /var/lib/celery ");
                    assertThat(in("beat", "ls /var/lib/celery").lines()).contains("celerybeat-schedule");
                }),
                row(
                        "redis: what must not be lost is not evicted",
                        () -> assertThat(exec(
                                        "everything-durable-redis-0", "redis-cli", "config", "get", "maxmemory-policy"))
                                .contains("noeviction")),
                row("daphne: it listens for others, and believes the ingress controller", () -> {
                    assertThat(process("websockets").command()).containsSequence("-b", "0.0.0.0");
                    assertThat(process("websockets").command()).contains("--proxy-headers", "mysite.asgi:application");
                }),
                row("daphne: its connections are closed over the time that was asked for", () -> {
                    assertThat(process("websockets").variables()).containsEntry("NUAGES_DRAIN_SECONDS", "10");
                    assertThat(grace("websockets")).isEqualTo(10 + 10 + 5);
                }),
                row(
                        "daphne: it answers for 10 s after its end was decided",
                        () -> assertThat(container("websockets")
                                        .at("/lifecycle/preStop/sleep/seconds")
                                        .asInt())
                                .isEqualTo(10)),
                row("channels: a worker knows its channels, and their names are the application's own", () -> {
                    assertThat(process("channels-bot").command()).endsWith("bot");
                    assertThat(process("channels-bot").variables())
                            .containsEntry("CHANNEL_LAYER_PREFIX", namespace + ":everything:channels:");
                }),
                row("database: connections are kept by threads, and by nothing that is asynchronous", () -> {
                    assertThat(process("web").variables()).containsEntry("CONN_MAX_AGE", "60");
                    assertThat(process("websockets").variables()).containsEntry("CONN_MAX_AGE", "0");
                }),
                row(
                        "database: what may be needed was summed up",
                        () -> assertThat(get("djangoapp", "everything")
                                        .at("/status/conditions")
                                        .toString())
                                .contains("ConnectionBudget", "web (2+1 pods x 2 workers x 4 threads) 24")),
                row("Django: it debugs nothing, knows its host and no other, and trusts it with its scheme", () -> {
                    JsonNode settings = settings();
                    assertThat(settings.path("DEBUG").asBoolean(true)).isFalse();
                    assertThat(settings.path("ALLOWED_HOSTS").toString()).isEqualTo("[\"everything.localhost\"]");
                    assertThat(settings.path("CSRF_TRUSTED_ORIGINS").toString())
                            .isEqualTo("[\"http://everything.localhost:8080\"]");
                    assertThat(settings.path("soft_shutdown").asDouble(-1)).isZero();
                }),
                row(
                        "pods: no Service sets a variable of the application's",
                        () -> assertThat(DJANGO.stream().map(this::process))
                                .allSatisfy(process -> assertThat(
                                                process.variables().keySet())
                                        .noneMatch(name -> name.startsWith("EVERYTHING_")))),
                row(
                        "pods: no process is root, has a capability, can gain one, or is without a filter",
                        () -> assertThat(everyProcess()).allSatisfy(DefaultsInForce::hasNoPrivilege)),
                row(
                        "pods: no root file system can be written, and no token of the API server is there",
                        () -> assertThat(everyProcess()).allSatisfy(DefaultsInForce::writesNoRoot)));
    }

    /** While the site is in maintenance: what holds for all pods holds for the one that says so. */
    void itsPageOfMaintenanceHasNoPrivilege() {
        hasNoPrivilege(process("maintenance"));
        writesNoRoot(process("maintenance"));
    }

    private static void hasNoPrivilege(Started process) {
        assertThat(process.status())
                .doesNotContainPattern("Uid:\\s+0\\b")
                .containsPattern("CapEff:\\s+0000000000000000")
                .containsPattern("NoNewPrivs:\\s+1")
                .containsPattern("Seccomp:\\s+2");
    }

    private static void writesNoRoot(Started process) {
        assertThat(process.mounts()).containsPattern("(?m)^\\S+ / \\S+ ro,").doesNotContain("serviceaccount");
    }

    /** While beat is {@code RedBeat}. */
    Stream<DynamicTest> redBeatRows() {
        return Stream.of(
                row(
                        "RedBeat: another pod stands by",
                        () -> assertThat(object("deployment", "beat")
                                        .at("/spec/replicas")
                                        .asInt())
                                .isEqualTo(2)),
                row(
                        "RedBeat: its keys are the application's own, with their colon",
                        () -> assertThat(exec("everything-durable-redis-0", "redis-cli", "-n", "2", "keys", "*")
                                        .lines())
                                .isNotEmpty()
                                .allMatch(key -> key.startsWith(namespace + ":everything:redbeat:"))),
                row(
                        "RedBeat: its lock is free soon after its holder's death",
                        () -> assertThat(Long.parseLong(exec(
                                                "everything-durable-redis-0",
                                                "redis-cli",
                                                "-n",
                                                "2",
                                                "ttl",
                                                namespace + ":everything:redbeat::lock")
                                        .strip()))
                                .isBetween(1L, 25L)));
    }

    /** While the broker is Redis, and beat {@code Database}. */
    Stream<DynamicTest> redisAndDatabaseRows() {
        return Stream.of(
                row(
                        "Redis: a task in hand is another worker's after an hour, and no sooner",
                        () -> assertThat(process("celery-fast").variables())
                                .containsEntry("CELERY_BROKER_TRANSPORT_OPTIONS", "{\"visibility_timeout\":3600}")),
                row("database: beat's schedule is there, and in no volume", () -> {
                    assertThat(container("beat").path("command").toString())
                            .contains("django_celery_beat.schedulers:DatabaseScheduler");
                    assertThat(pod("beat").at("/spec/volumes").toString()).doesNotContain("schedule");
                    assertThat(new Psql(namespace, "everything")
                                    .site("select count(*) > 0 from django_celery_beat_periodictask"))
                            .isEqualTo("t");
                }));
    }

    private static DynamicTest row(String name, Executable check) {
        return dynamicTest(name, check);
    }

    private Stream<Started> everyProcess() {
        return Stream.concat(DJANGO.stream(), OTHERS.stream()).map(this::process);
    }

    private Started process(String component) {
        return processes.computeIfAbsent(component, name -> Started.of(in(name, LOOK)));
    }

    private String in(String component, String script) {
        return exec(pod(component).at("/metadata/name").asText(), "sh", "-c", script);
    }

    private String exec(String pod, String... command) {
        return kubectl(Stream.concat(Stream.of("-n", namespace, "exec", pod, "--"), Stream.of(command))
                .toArray(String[]::new));
    }

    private JsonNode settings() {
        return parse(in("web", """
                python -c '
                import json, django
                django.setup()
                from django.conf import settings
                from mysite.celery import app
                names = ("DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS")
                found = {name: getattr(settings, name) for name in names}
                found["soft_shutdown"] = app.conf.worker_soft_shutdown_timeout
                print(json.dumps(found))
                '"""));
    }

    private List<String> asksWhetherItStarted(String component) {
        return StreamSupport.stream(
                        container(component).at("/startupProbe/exec/command").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** What a command of Python's, which must fail, says where there is nothing to connect to. */
    private static String withoutANetwork(List<String> python) {
        try {
            var command = new ArrayList<>(List.of("unshare", "--net", "python3"));
            command.addAll(python.subList(1, python.size()));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isNotZero();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private JsonNode container(String component) {
        return pod(component).at("/spec/containers/0");
    }

    private long grace(String component) {
        return pod(component).at("/spec/terminationGracePeriodSeconds").asLong();
    }

    /** Not one that is about to go. */
    private JsonNode pod(String component) {
        JsonNode pods = parse(kubectl(
                        "-n", namespace, "get", "pods", "-l", "app.kubernetes.io/component=" + component, "-o", "json"))
                .path("items");
        return StreamSupport.stream(pods.spliterator(), false)
                .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pod of component " + component));
    }

    private JsonNode object(String kind, String component) {
        return get(kind, "everything-" + component);
    }

    private JsonNode get(String kind, String name) {
        return parse(kubectl("-n", namespace, "get", kind, name, "-o", "json"));
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + json, e);
        }
    }
}
