package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.nuages.core.keda.ScaledObject;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The traps of running Django, each with the default of ours that keeps out of it, as the plans render it. */
class DjangoDefaultsTest {
    private static final String ENVIRONMENT = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoEnvironment
            metadata: {name: default}
            spec: {postgres: {local: {}}, redis: {local: {}}, rabbitmq: {local: {}}}
            """;

    private static final String APP = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoApp
            metadata: {name: mysite, namespace: default}
            spec:
              image: mysite
              version: "1.0"
              settings: mysite.settings
              host: mysite.example.org
              redis: {}
              web: {autoscale: {maxReplicas: 3}}
              websockets: {}
              channelWorkers: {thumbnails: {channels: [thumbnail]}}
              celery:
                broker: RabbitMQ
                pools: {default: {autoscale: {maxReplicas: 3}}, slow: {drainSeconds: 900, autoscale: {maxReplicas: 2}}}
                beat: {scheduler: Persistent}
              staticFiles: {}
              media: {volume: {size: 1Gi}}
              tasks: {cleanup: {schedule: "@daily", command: [clearsessions]}}
            """;

    private static final RenderedSite site = site(APP);
    private static final RenderedSite onRedis = site(
            APP.replace("broker: RabbitMQ", "broker: Redis").replace("scheduler: Persistent", "scheduler: RedBeat"));

    @TestFactory
    Stream<DynamicTest> migrations() {
        var migration = site.migration().getSpec().getTemplate();
        return table(
                row(
                        "one at a time holds a lock in PostgreSQL",
                        () -> assertThat(command(migration))
                                .anyMatch(script -> script.contains("SELECT pg_advisory_lock"))),
                row(
                        "a lock that is not to be had soon is given up",
                        () -> assertThat(variables(migration)).containsEntry("PGOPTIONS", "-c lock_timeout=5s")),
                row(
                        "and asked for again, but not for ever",
                        () -> assertThat(variables(migration)).containsEntry("NUAGES_LOCK_RETRIES", "10")),
                row(
                        "a database that is ahead of the version is said to be",
                        () -> assertThat(command(migration))
                                .anyMatch(script -> script.contains("The database is ahead of this version"))),
                row(
                        "the output is kept, whatever wrote it",
                        () -> assertThat(first(migration).getTerminationMessagePolicy())
                                .isEqualTo("FallbackToLogsOnError")),
                row(
                        "the Job itself tries nothing again",
                        () -> assertThat(site.migration().getSpec().getBackoffLimit())
                                .isZero()),
                row(
                        "its connections end with it",
                        () -> assertThat(variables(migration)).containsEntry("CONN_MAX_AGE", "0")));
    }

    @TestFactory
    Stream<DynamicTest> gunicorn() {
        var web = site.pods("web");
        return table(
                row(
                        "workers beat in memory, not on a disk",
                        () -> assertThat(command(web)).contains("--worker-tmp-dir=/dev/shm")),
                row(
                        "requests in hand have half a minute to end",
                        () -> assertThat(command(web)).contains("--graceful-timeout=30")),
                row(
                        "the proxy, not the server, closes an idle connection",
                        () -> assertThat(command(web)).contains("--keep-alive=95")),
                row(
                        "a pod has that long, what proxies need and a margin",
                        () -> assertThat(grace(web)).isEqualTo(10 + 30 + 5)),
                row(
                        "before it ends it answers until proxies know, without a shell",
                        () -> assertThat(first(web)
                                        .getLifecycle()
                                        .getPreStop()
                                        .getSleep()
                                        .getSeconds())
                                .isEqualTo(10)),
                row(
                        "no pod goes before another takes its place",
                        () -> assertThat(site.deployment("web")
                                        .getSpec()
                                        .getStrategy()
                                        .getRollingUpdate()
                                        .getMaxUnavailable()
                                        .getIntVal())
                                .isZero()),
                row(
                        "nodes are drained one pod at a time",
                        () -> assertThat(site.get(PodDisruptionBudget.class, "mysite-web")
                                        .getSpec()
                                        .getMaxUnavailable()
                                        .getIntVal())
                                .isEqualTo(1)),
                row(
                        "it believes the ingress controller",
                        () -> assertThat(variables(web)).containsEntry("FORWARDED_ALLOW_IPS", "*")),
                row(
                        "a worker that hangs is replaced",
                        () -> assertThat(command(web)).contains("--timeout=30")),
                row(
                        "it listens for others than itself",
                        () -> assertThat(command(web)).contains("--bind=0.0.0.0:8000")),
                row("its control socket has a folder that can be written", () -> {
                    assertThat(variables(web)).containsEntry("HOME", "/tmp");
                    assertThat(mounts(web)).contains("/tmp");
                }),
                row(
                        "a connection to the database is kept for a while",
                        () -> assertThat(variables(web)).containsEntry("CONN_MAX_AGE", "60")));
    }

    @TestFactory
    Stream<DynamicTest> probes() {
        var web = first(site.pods("web"));
        return table(
                row("startup asks as the primary host over https", () -> asksAsTheHost(web.getStartupProbe())),
                row("readiness asks as the primary host over https", () -> asksAsTheHost(web.getReadinessProbe())),
                row("liveness asks as the primary host over https", () -> asksAsTheHost(web.getLivenessProbe())),
                row(
                        "ALLOWED_HOSTS is what the site is called, and no *",
                        () -> assertThat(site.variable("ALLOWED_HOSTS")).isEqualTo("mysite.example.org")),
                row(
                        "a worker of Celery has started when it is connected",
                        () -> startsConnected(site, "celery-default")),
                row(
                        "a worker of Channels has started when it is connected",
                        () -> startsConnected(site, "channels-thumbnails")),
                row("a beat of RedBeat has started when it asks for its lock", () -> startsConnected(onRedis, "beat")),
                row(
                        "another beat, of which there is one, is asked nothing",
                        () -> assertThat(first(site.pods("beat")).getStartupProbe())
                                .isNull()),
                row(
                        "no probe asks a worker that works",
                        () -> Stream.of("celery-default", "channels-thumbnails", "beat")
                                .forEach(DjangoDefaultsTest::isLeftAlone)));
    }

    @TestFactory
    Stream<DynamicTest> celery() {
        var pool = site.pods("celery-default");
        var slow = site.pods("celery-slow");
        return table(
                row(
                        "it is process 1, so that TERM reaches it",
                        () -> assertThat(command(pool)).startsWith("celery")),
                row(
                        "processes take tasks, not threads",
                        () -> assertThat(command(pool)).contains("--pool=prefork")),
                row(
                        "a pool has as long to end as it may drain, and a margin",
                        () -> assertThat(grace(pool)).isEqualTo(60 + 5)),
                row("or as long as it asks for", () -> assertThat(grace(slow)).isEqualTo(900 + 5)),
                row(
                        "no soft shutdown outlasts that",
                        () -> assertThat(command(pool)).noneMatch(word -> word.contains("soft_shutdown"))),
                row(
                        "a task on Redis is another worker's after an hour",
                        () -> assertThat(onRedis.variable("CELERY_BROKER_TRANSPORT_OPTIONS"))
                                .isEqualTo("{\"visibility_timeout\":3600}")),
                row(
                        "a task on RabbitMQ may take a day, not half an hour",
                        () -> assertThat(site.text("mysite-rabbitmq-config", "nuages.conf"))
                                .contains("consumer_timeout = 86400000\n")),
                row(
                        "KEDA asks RabbitMQ by HTTP, so that tasks in hand count",
                        () -> assertThat(site.triggers("default"))
                                .allMatch(trigger -> "http".equals(trigger.get("protocol")))),
                row(
                        "passwords need no encoding in an address",
                        () -> assertThat(site.text("mysite-rabbitmq-password", "password"))
                                .matches("[A-Za-z0-9]{20,}")),
                row(
                        "scaling down waits as long as a worker may be busy",
                        () -> assertThat(site.get(ScaledObject.class, "mysite-celery-slow")
                                        .getSpec()
                                        .cooldownPeriod())
                                .isEqualTo(900)),
                row(
                        "of web too",
                        () -> assertThat(site.get(HorizontalPodAutoscaler.class, "mysite-web")
                                        .getSpec()
                                        .getBehavior()
                                        .getScaleDown()
                                        .getStabilizationWindowSeconds())
                                .isGreaterThanOrEqualTo(30)));
    }

    @TestFactory
    Stream<DynamicTest> beat() {
        var persistent = site.get(StatefulSet.class, "mysite-beat");
        var redBeat = onRedis.deployment("beat");
        var database = site(APP.replace("scheduler: Persistent", "scheduler: Database"))
                .get(StatefulSet.class, "mysite-beat");
        return table(
                row(
                        "no worker is a beat too",
                        () -> assertThat(command(site.pods("celery-default"))).doesNotContain("-B", "--beat")),
                row(
                        "there is one, which is gone before the next starts",
                        () -> assertThat(persistent.getSpec().getReplicas()).isEqualTo(1)),
                row(
                        "likewise with its schedule in the database",
                        () -> assertThat(database.getSpec().getReplicas()).isEqualTo(1)),
                row(
                        "which needs no volume",
                        () -> assertThat(mounts(database.getSpec().getTemplate()))
                                .doesNotContain("/var/lib/celery")),
                row(
                        "no pidfile of a pod that was killed holds it up",
                        () -> assertThat(Stream.of(
                                        site.pods("beat"),
                                        redBeat.getSpec().getTemplate(),
                                        database.getSpec().getTemplate()))
                                .allSatisfy(beat -> assertThat(command(beat)).contains("--pidfile="))),
                row("its schedule is on a volume", () -> {
                    assertThat(command(site.pods("beat"))).contains("--schedule=/var/lib/celery/celerybeat-schedule");
                    assertThat(persistent.getSpec().getVolumeClaimTemplates()).hasSize(1);
                }),
                row(
                        "and written at once, as in the database",
                        () -> assertThat(Stream.of(
                                        site.pods("beat"), database.getSpec().getTemplate()))
                                .allSatisfy(beat -> assertThat(command(beat)).endsWith("--", "beat_sync_every=1"))),
                row(
                        "RedBeat's names are the application's own, with their colon",
                        () -> assertThat(onRedis.variable("REDBEAT_KEY_PREFIX")).isEqualTo("default:mysite:redbeat:")),
                row(
                        "RedBeat's lock is free within 25 s, five loops, of its holder's death",
                        () -> assertThat(command(redBeat.getSpec().getTemplate()))
                                .contains("--max-interval=5")),
                row(
                        "another pod stands by",
                        () -> assertThat(redBeat.getSpec().getReplicas()).isEqualTo(2)),
                row(
                        "RedBeat has a database of its own",
                        () -> assertThat(onRedis.variable("REDBEAT_REDIS_URL"))
                                .startsWith("redis://")
                                .endsWith("@mysite-durable-redis.default.svc:6379/2")),
                row(
                        "in a Redis that does not evict",
                        () -> assertThat(onRedis.text("mysite-durable-redis-config", "redis.conf"))
                                .contains("maxmemory-policy noeviction\n")));
    }

    @TestFactory
    Stream<DynamicTest> daphne_and_channels() {
        var websockets = site.pods("websockets");
        return table(
                row(
                        "Daphne listens for others than itself",
                        () -> assertThat(command(websockets)).containsSequence("-b", "0.0.0.0")),
                row(
                        "and believes the ingress controller",
                        () -> assertThat(command(websockets)).contains("--proxy-headers")),
                row(
                        "before it ends it answers until proxies know",
                        () -> assertThat(first(websockets)
                                        .getLifecycle()
                                        .getPreStop()
                                        .getSleep()
                                        .getSeconds())
                                .isEqualTo(10)),
                row(
                        "and closes its connections a few at a time",
                        () -> assertThat(variables(websockets)).containsEntry("NUAGES_DRAIN_SECONDS", "30")),
                row(
                        "for which it has the time",
                        () -> assertThat(grace(websockets)).isEqualTo(10 + 30 + 5)),
                row(
                        "Channels 2's application is served",
                        () -> assertThat(command(websockets)).endsWith("mysite.asgi:application")),
                row(
                        "Channels 2's workers are told their channels",
                        () -> assertThat(command(site.pods("channels-thumbnails")))
                                .endsWith(Scripts.RUNWORKER, "thumbnail")),
                row("Channels 1's are told nothing, and its layer is served", () -> {
                    var old = site(APP.replace("websockets: {}", "websockets: {asgi: 'mysite.asgi:channel_layer'}")
                            .replace("channels: [thumbnail]", ""));
                    assertThat(command(old.pods("channels-thumbnails"))).endsWith("-c", Scripts.RUNWORKER);
                    assertThat(command(old.pods("websockets"))).endsWith("mysite.asgi:channel_layer");
                }),
                row(
                        "the channel layer's names are the application's own",
                        () -> assertThat(site.variable("CHANNEL_LAYER_PREFIX")).isEqualTo("default:mysite:channels:")),
                row(
                        "no consumer holds a connection to the database",
                        () -> assertThat(variables(websockets)).containsEntry("CONN_MAX_AGE", "0")),
                row(
                        "nor does any other process under ASGI",
                        () -> assertThat(Stream.of("Uvicorn", "Daphne"))
                                .allSatisfy(server -> assertThat(
                                                variables(site(APP.replace("web: {", "web: {server: " + server + ", "))
                                                        .pods("web")))
                                        .containsEntry("CONN_MAX_AGE", "0"))),
                row("Daphne answers the requests it took for as long as gunicorn would", () -> {
                    var web = site(APP.replace("web: {", "web: {server: Daphne, "))
                            .pods("web");
                    assertThat(command(web)).startsWith("python", "-c", Scripts.DAPHNE);
                    assertThat(variables(web)).containsEntry("NUAGES_DRAIN_SECONDS", "30");
                    assertThat(grace(web)).isEqualTo(10 + 30 + 5);
                }));
    }

    @TestFactory
    Stream<DynamicTest> django() {
        return table(
                row(
                        "trusted origins have their scheme",
                        () -> assertThat(site.variable("CSRF_TRUSTED_ORIGINS")).isEqualTo("http://mysite.example.org")),
                row(
                        "nothing is debugged",
                        () -> assertThat(site.variable("DEBUG")).isEqualTo("false")),
                row(
                        "no Service sets a variable of the application's",
                        () -> site.everyPod(pod -> assertThat(pod.getSpec().getEnableServiceLinks())
                                .isFalse())),
                row(
                        "workers have the uploads too",
                        () -> assertThat(Stream.of(
                                        "web",
                                        "websockets",
                                        "celery-default",
                                        "celery-slow",
                                        "channels-thumbnails",
                                        "beat",
                                        "task-cleanup"))
                                .allSatisfy(component ->
                                        assertThat(mounts(site.pods(component))).contains("/srv/media"))),
                row(
                        "and all may write them, whoever their image's user is",
                        () -> assertThat(Stream.of("web", "celery-default", "static"))
                                .allSatisfy(component -> assertThat(site.pods(component)
                                                .getSpec()
                                                .getSecurityContext()
                                                .getFsGroup())
                                        .isEqualTo(1000))),
                row("the old version's static files are served beside the new one's", () -> {
                    var moved = site(APP);
                    moved.deploy(APP.replace("version: \"1.0\"", "version: \"1.1\""));
                    assertThat(moved.pods("static").getSpec().getInitContainers())
                            .extracting(Container::getImage)
                            .containsExactly("mysite:1.0", "mysite:1.1");
                }),
                row(
                        "hashed names are kept for ever, others for minutes",
                        () -> assertThat(site.get(ConfigMap.class, "mysite-static")
                                        .getData()
                                        .get("Caddyfile"))
                                .contains("max-age=31536000, immutable", "max-age=300")),
                row(
                        "the connections that may be needed are summed up",
                        () -> assertThat(site.status().conditions())
                                .anyMatch(condition -> condition.getType().equals("ConnectionBudget")
                                        && condition
                                                .getMessage()
                                                .contains("web (3+1 pods x 2 workers x 4 threads) 32"))));
    }

    @TestFactory
    Stream<DynamicTest> pods() {
        return table(
                row(
                        "none runs as root",
                        () -> site.everyPod(pod -> assertThat(
                                        pod.getSpec().getSecurityContext().getRunAsNonRoot())
                                .isTrue())),
                row(
                        "each has the runtime's seccomp filter",
                        () -> site.everyPod(pod -> assertThat(pod.getSpec()
                                        .getSecurityContext()
                                        .getSeccompProfile()
                                        .getType())
                                .isEqualTo("RuntimeDefault"))),
                row(
                        "no container can gain a privilege",
                        () -> site.everyContainer(container -> assertThat(
                                        container.getSecurityContext().getAllowPrivilegeEscalation())
                                .isFalse())),
                row(
                        "or has a capability that it was not given",
                        () -> site.everyContainer(container -> assertThat(container
                                        .getSecurityContext()
                                        .getCapabilities()
                                        .getDrop())
                                .containsExactly("ALL"))),
                row(
                        "or writes on its root file system",
                        () -> site.everyContainer(container -> assertThat(
                                        container.getSecurityContext().getReadOnlyRootFilesystem())
                                .isTrue())),
                row(
                        "each asks for what it needs",
                        () -> site.everyContainer(
                                container -> assertThat(container.getResources().getRequests())
                                        .containsKeys("cpu", "memory"))),
                row(
                        "none has a way into the API server",
                        () -> site.everyPod(pod -> assertThat(pod.getSpec().getAutomountServiceAccountToken())
                                .isFalse())),
                row(
                        "where an autoscaler says how many there are, nobody else does",
                        () -> assertThat(Stream.of("web", "celery-default", "celery-slow"))
                                .allSatisfy(component -> assertThat(site.deployment(component)
                                                .getSpec()
                                                .getReplicas())
                                        .isNull())));
    }

    private static RenderedSite site(String app) {
        return RenderedSite.of(ENVIRONMENT, app);
    }

    private record Row(String name, Executable check) {}

    private static Row row(String name, Executable check) {
        return new Row(name, check);
    }

    private static Stream<DynamicTest> table(Row... rows) {
        return Arrays.stream(rows).map(row -> dynamicTest(row.name(), row.check()));
    }

    private static void asksAsTheHost(Probe probe) {
        assertThat(probe.getHttpGet().getHttpHeaders())
                .extracting(header -> header.getName() + ": " + header.getValue())
                .containsExactly("Host: mysite.example.org", "X-Forwarded-Proto: https");
    }

    private static void startsConnected(RenderedSite of, String component) {
        // -I and -S: a Python without its packages, which has none of the application's start to pay for.
        assertThat(first(of.pods(component)).getStartupProbe().getExec().getCommand())
                .containsExactly("python", "-ISc", Scripts.CONNECTED);
    }

    private static void isLeftAlone(String component) {
        var container = first(site.pods(component));
        assertThat(container.getReadinessProbe()).isNull();
        assertThat(container.getLivenessProbe()).isNull();
    }

    private static Container first(PodTemplateSpec template) {
        return template.getSpec().getContainers().getFirst();
    }

    private static List<String> command(PodTemplateSpec template) {
        return first(template).getCommand();
    }

    private static long grace(PodTemplateSpec template) {
        return template.getSpec().getTerminationGracePeriodSeconds();
    }

    private static List<String> mounts(PodTemplateSpec template) {
        return first(template).getVolumeMounts().stream()
                .map(VolumeMount::getMountPath)
                .toList();
    }

    private static Map<String, String> variables(PodTemplateSpec template) {
        var variables = new TreeMap<String, String>();
        first(template).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach(variable -> variables.put(variable.getName(), variable.getValue()));
        return variables;
    }
}
