package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.Trap.APP;
import static dev.nuages.core.djangoapp.Trap.command;
import static dev.nuages.core.djangoapp.Trap.first;
import static dev.nuages.core.djangoapp.Trap.grace;
import static dev.nuages.core.djangoapp.Trap.mounts;
import static dev.nuages.core.djangoapp.Trap.onRedis;
import static dev.nuages.core.djangoapp.Trap.row;
import static dev.nuages.core.djangoapp.Trap.site;
import static dev.nuages.core.djangoapp.Trap.table;
import static dev.nuages.core.djangoapp.Trap.variables;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The traps of running Django, each with the default of ours that keeps out of it, as the plans render it. */
class DjangoDefaultsTest {
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
                        () -> assertThat(variables(migration))
                                .containsEntry("PGOPTIONS", "-c lock_timeout=5s")
                                .containsEntry("NUAGES_LOCK_TIMEOUT", "5s")),
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
                        "also of one that crashes again and again",
                        () -> assertThat(site.get(PodDisruptionBudget.class, "mysite-web")
                                        .getSpec()
                                        .getUnhealthyPodEvictionPolicy())
                                .isEqualTo("AlwaysAllow")),
                row(
                        "it believes the ingress controller",
                        () -> assertThat(variables(web)).containsEntry("FORWARDED_ALLOW_IPS", "*")),
                row(
                        "a worker that hangs is replaced",
                        () -> assertThat(command(web)).contains("--timeout=30")),
                row(
                        "it listens for others than itself",
                        () -> assertThat(command(web)).contains("--bind=0.0.0.0:8000")),
                row(
                        "it takes no header of a visitor's for the application's own path",
                        () -> assertThat(command(web)).containsSequence("python", "-c", Scripts.GUNICORN, "gunicorn")),
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
}
