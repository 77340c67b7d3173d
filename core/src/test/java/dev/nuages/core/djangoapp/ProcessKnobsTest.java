package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.Knob.app;
import static dev.nuages.core.djangoapp.Knob.command;
import static dev.nuages.core.djangoapp.Knob.container;
import static dev.nuages.core.djangoapp.Knob.graceSeconds;
import static dev.nuages.core.djangoapp.Knob.requested;
import static dev.nuages.core.djangoapp.Knob.routes;
import static dev.nuages.core.djangoapp.Knob.table;
import static dev.nuages.core.djangoapp.Knob.variables;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a user says of the processes, each with the command line and the pod that come of it. */
class ProcessKnobsTest {
    @TestFactory
    Stream<DynamicTest> gunicorn() {
        return table(
                app(
                        "web: {}",
                        site -> assertThat(command(site, "web"))
                                .containsExactly(
                                        "gunicorn",
                                        "mysite.wsgi:application",
                                        "--bind=0.0.0.0:8000",
                                        "--worker-class=gthread",
                                        "--workers=2",
                                        "--threads=4",
                                        "--timeout=30",
                                        "--graceful-timeout=30",
                                        "--keep-alive=95",
                                        "--worker-tmp-dir=/dev/shm",
                                        "--access-logfile=-")),
                app(
                        "web: {workers: 5}",
                        site -> assertThat(command(site, "web")).contains("--workers=5")),
                app("web: {workerClass: gevent}", site -> {
                    assertThat(command(site, "web")).contains("--worker-class=gevent");
                    assertThat(variables(site, "web")).containsEntry("CONN_MAX_AGE", "0");
                }),
                app(
                        "web: {workerClass: gunicorn.workers.ggevent.GeventWorker}",
                        site -> assertThat(variables(site, "web")).containsEntry("CONN_MAX_AGE", "0")),
                app("web: {workerClass: sync}", site -> {
                    assertThat(command(site, "web")).contains("--worker-class=sync", "--threads=1");
                    assertThat(variables(site, "web")).containsEntry("CONN_MAX_AGE", "60");
                }),
                app("celery: {pools: {green: {pool: gevent}, plain: {}}}", site -> {
                    assertThat(variables(site, "celery-green")).containsEntry("CONN_MAX_AGE", "0");
                    assertThat(variables(site, "celery-plain")).containsEntry("CONN_MAX_AGE", "60");
                }),
                app(
                        "web: {threads: 9}",
                        site -> assertThat(command(site, "web")).contains("--threads=9")),
                app("web: {timeoutSeconds: 90}", site -> {
                    assertThat(command(site, "web")).contains("--timeout=90", "--graceful-timeout=90");
                    assertThat(graceSeconds(site, "web")).isEqualTo(10 + 90 + 5);
                }),
                app(
                        "web: {timeoutSeconds: 10}",
                        site -> assertThat(command(site, "web")).contains("--timeout=10", "--graceful-timeout=30")),
                app("web: {gracefulTimeoutSeconds: 45}", site -> {
                    assertThat(command(site, "web")).contains("--graceful-timeout=45");
                    assertThat(graceSeconds(site, "web")).isEqualTo(10 + 45 + 5);
                }),
                app(
                        "web: {wsgi: 'shop.http:app'}",
                        site -> assertThat(command(site, "web")).startsWith("gunicorn", "shop.http:app")),
                app(
                        "web: {args: [--max-requests=1000, --threads=1]}",
                        site -> assertThat(command(site, "web"))
                                .endsWith("--access-logfile=-", "--max-requests=1000", "--threads=1")),
                app("web: {asgi: 'mysite.asgi:app', workerClass: uvicorn_worker.UvicornWorker}", site -> {
                    assertThat(command(site, "web"))
                            .startsWith("gunicorn", "mysite.asgi:app")
                            .contains("--worker-class=uvicorn_worker.UvicornWorker");
                    assertThat(variables(site, "web")).containsEntry("CONN_MAX_AGE", "0");
                }));
    }

    @TestFactory
    Stream<DynamicTest> otherServers() {
        return table(
                app(
                        "web: {server: Uvicorn}",
                        site -> assertThat(command(site, "web"))
                                .containsExactly(
                                        "uvicorn",
                                        "mysite.asgi:application",
                                        "--host=0.0.0.0",
                                        "--port=8000",
                                        "--workers=2",
                                        "--timeout-graceful-shutdown=30",
                                        "--timeout-keep-alive=95",
                                        "--proxy-headers",
                                        "--forwarded-allow-ips=*")),
                app(
                        "web: {server: Uvicorn, asgi: 'shop.http:app', workers: 1, gracefulTimeoutSeconds: 9, args: [--loop=asyncio]}",
                        site -> assertThat(command(site, "web"))
                                .startsWith("uvicorn", "shop.http:app")
                                .contains("--workers=1", "--timeout-graceful-shutdown=9")
                                .endsWith("--loop=asyncio")),
                app(
                        "web: {server: Daphne}",
                        site -> assertThat(command(site, "web"))
                                .containsExactly(
                                        "python",
                                        "-c",
                                        Scripts.DAPHNE,
                                        "-b",
                                        "0.0.0.0",
                                        "-p",
                                        "8000",
                                        "--proxy-headers",
                                        "--keep-alive=95",
                                        "mysite.asgi:application")),
                app(
                        "web: {server: Daphne, asgi: 'shop.http:app', args: [--verbosity, '2']}",
                        site -> assertThat(command(site, "web")).endsWith("shop.http:app", "--verbosity", "2")),
                app(
                        "web: {command: [python, serve.py], workers: 7}",
                        site -> assertThat(command(site, "web")).containsExactly("python", "serve.py")));
    }

    @TestFactory
    Stream<DynamicTest> web() {
        return table(
                app(
                        "web: {healthPath: /up}",
                        site -> assertThat(Stream.of(
                                        container(site, "web").getStartupProbe(),
                                        container(site, "web").getReadinessProbe(),
                                        container(site, "web").getLivenessProbe()))
                                .extracting(probe -> probe.getHttpGet().getPath())
                                .containsOnly("/up")),
                app("web: {probes: {}}", site -> {
                    assertThat(patience(site, "web")).containsExactly("1x300 of 5", "5x3 of 5", "20x6 of 5");
                    assertThat(site.deployment("web").getSpec().getProgressDeadlineSeconds())
                            .isEqualTo(300);
                }),
                app("web: {probes: {startupSeconds: 900, timeoutSeconds: 10, readinessSeconds: 3}}", site -> {
                    assertThat(patience(site, "web")).containsExactly("1x900 of 10", "3x1 of 10", "20x6 of 10");
                    assertThat(site.deployment("web").getSpec().getProgressDeadlineSeconds())
                            .isEqualTo(900);
                }),
                app(
                        "web: {probes: {livenessSeconds: 50, readinessSeconds: 31}}",
                        site -> assertThat(patience(site, "web"))
                                .as("for no less than what is asked for")
                                .containsExactly("1x300 of 5", "5x7 of 5", "20x3 of 5")),
                app(
                        "web: {probes: {livenessSeconds: 0}}",
                        site -> assertThat(container(site, "web").getLivenessProbe())
                                .isNull()),
                app(
                        "web: {replicas: 4}",
                        site -> assertThat(site.deployment("web").getSpec().getReplicas())
                                .isEqualTo(4)),
                app(
                        "web: {resources: {requests: {memory: 1Gi}}}",
                        site -> assertThat(requested(site, "web", "memory")).isEqualTo("1Gi")),
                app("web: {autoscale: {minReplicas: 3, maxReplicas: 9, targetCpuPercent: 40}}", site -> {
                    var scaler = site.get(HorizontalPodAutoscaler.class, "mysite-web")
                            .getSpec();
                    assertThat(scaler.getMinReplicas()).isEqualTo(3);
                    assertThat(scaler.getMaxReplicas()).isEqualTo(9);
                    assertThat(scaler.getMetrics()
                                    .getFirst()
                                    .getResource()
                                    .getTarget()
                                    .getAverageUtilization())
                            .isEqualTo(40);
                }));
    }

    @TestFactory
    Stream<DynamicTest> websockets() {
        return table(
                app(
                        "websockets: {args: [--websocket_timeout, '60']}",
                        site -> assertThat(command(site, "websockets"))
                                .containsExactly(
                                        "python",
                                        "-c",
                                        Scripts.DAPHNE,
                                        "-b",
                                        "0.0.0.0",
                                        "-p",
                                        "8000",
                                        "--proxy-headers",
                                        "--keep-alive=95",
                                        "--websocket_timeout",
                                        "60",
                                        "mysite.asgi:application")),
                app("websockets: {command: [hypercorn, 'mysite.asgi:app']}", site -> {
                    assertThat(command(site, "websockets")).containsExactly("hypercorn", "mysite.asgi:app");
                    assertThat(variables(site, "websockets")).containsEntry("NUAGES_DRAIN_SECONDS", "30");
                }),
                app(
                        "websockets: {asgi: 'shop.ws:app'}",
                        site -> assertThat(command(site, "websockets")).endsWith("shop.ws:app")),
                app(
                        "websockets: {}",
                        site -> assertThat(container(site, "websockets")
                                        .getReadinessProbe()
                                        .getTcpSocket()
                                        .getPort()
                                        .getStrVal())
                                .isEqualTo("http")),
                app(
                        "websockets: {healthPath: /alive}",
                        site -> assertThat(Stream.of(
                                        container(site, "websockets").getStartupProbe(),
                                        container(site, "websockets").getReadinessProbe(),
                                        container(site, "websockets").getLivenessProbe()))
                                .extracting(ProcessKnobsTest::question)
                                .containsOnly("/alive of mysite.example.org")),
                app("websockets: {probes: {startupSeconds: 600, livenessSeconds: 60}}", site -> {
                    assertThat(patience(site, "websockets")).containsExactly("1x600 of 5", "5x3 of 5", "20x3 of 5");
                    assertThat(site.deployment("websockets").getSpec().getProgressDeadlineSeconds())
                            .isEqualTo(600);
                }),
                app("websockets: {drainSeconds: 100}", site -> {
                    assertThat(variables(site, "websockets")).containsEntry("NUAGES_DRAIN_SECONDS", "100");
                    assertThat(graceSeconds(site, "websockets")).isEqualTo(10 + 100 + 5);
                }),
                app(
                        "websockets: {paths: [/live, /chat]}",
                        site -> assertThat(routes(site))
                                .containsExactly("/chat mysite-websockets", "/live mysite-websockets", "/ mysite-web")),
                app("websockets: {replicas: 3, resources: {requests: {cpu: 250m}}}", site -> {
                    assertThat(site.deployment("websockets").getSpec().getReplicas())
                            .isEqualTo(3);
                    assertThat(requested(site, "websockets", "cpu")).isEqualTo("250m");
                }));
    }

    @TestFactory
    Stream<DynamicTest> celery() {
        return table(
                app(
                        "celery: {}",
                        site -> assertThat(command(site, "celery-default"))
                                .containsExactly(
                                        "celery",
                                        "-A",
                                        "mysite",
                                        "worker",
                                        "--hostname=default@%h",
                                        "--queues=celery",
                                        "--pool=prefork",
                                        "--concurrency=2",
                                        "--loglevel=INFO")),
                app("celery: {app: 'shop.tasks:queue', beat: {}}", site -> {
                    assertThat(command(site, "celery-default")).startsWith("celery", "-A", "shop.tasks:queue");
                    assertThat(command(site, "beat")).containsSequence("-A", "shop.tasks:queue", "beat");
                }),
                app(
                        "celery: {pools: {mail: {}}}",
                        site -> assertThat(command(site, "celery-mail"))
                                .contains("--hostname=mail@%h", "--queues=mail")),
                app(
                        "celery: {pools: {mail: {queues: [high, low]}}}",
                        site -> assertThat(command(site, "celery-mail")).contains("--queues=high,low")),
                app(
                        "celery: {pools: {mail: {pool: gevent, concurrency: 100}}}",
                        site -> assertThat(command(site, "celery-mail"))
                                .contains("--pool=gevent", "--concurrency=100")),
                app(
                        "celery: {pools: {mail: {pool: solo, concurrency: 8}}}",
                        site -> assertThat(command(site, "celery-mail")).contains("--pool=solo", "--concurrency=1")),
                app(
                        "celery: {pools: {mail: {maxTasksPerChild: 50, args: [--without-gossip, --loglevel=DEBUG]}}}",
                        site -> assertThat(command(site, "celery-mail"))
                                .endsWith(
                                        "--loglevel=INFO",
                                        "--max-tasks-per-child=50",
                                        "--without-gossip",
                                        "--loglevel=DEBUG")),
                app(
                        "celery: {pools: {mail: {replicas: 3, drainSeconds: 7, resources: {requests: {cpu: '1'}}}}}",
                        site -> {
                            assertThat(site.deployment("celery-mail").getSpec().getReplicas())
                                    .isEqualTo(3);
                            assertThat(graceSeconds(site, "celery-mail")).isEqualTo(7 + 5);
                            assertThat(requested(site, "celery-mail", "cpu")).isEqualTo("1");
                        }),
                app(
                        "celery: {broker: Redis, visibilityTimeoutSeconds: 7200}",
                        site -> assertThat(site.variable("CELERY_BROKER_TRANSPORT_OPTIONS"))
                                .isEqualTo("{\"visibility_timeout\":7200}")));
    }

    @TestFactory
    Stream<DynamicTest> channelWorkers() {
        return table(
                app(
                        "channelWorkers: {jobs: {channels: [a, b], args: [-v2]}}",
                        site -> assertThat(command(site, "channels-jobs"))
                                .containsExactly("python", "-c", Scripts.RUNWORKER, "-v2", "a", "b")),
                app(
                        "channelWorkers: {old: {args: [--threads=4]}}",
                        site -> assertThat(command(site, "channels-old"))
                                .as("as Channels 1 has it")
                                .containsExactly("python", "-c", Scripts.RUNWORKER, "--threads=4")),
                app(
                        "channelWorkers: {jobs: {replicas: 2, drainSeconds: 90, resources: {requests: {cpu: 30m}}}}",
                        site -> {
                            assertThat(site.deployment("channels-jobs")
                                            .getSpec()
                                            .getReplicas())
                                    .isEqualTo(2);
                            assertThat(graceSeconds(site, "channels-jobs")).isEqualTo(90 + 5);
                            assertThat(requested(site, "channels-jobs", "cpu")).isEqualTo("30m");
                        }));
    }

    @TestFactory
    Stream<DynamicTest> beat() {
        return table(
                app(
                        "celery: {beat: {args: [--loglevel=DEBUG]}}",
                        site -> assertThat(command(site, "beat"))
                                .endsWith(
                                        "--max-interval=5",
                                        "--schedule=/var/lib/celery/celerybeat-schedule",
                                        "--loglevel=DEBUG",
                                        "--",
                                        "beat_sync_every=1")),
                app(
                        "celery: {beat: {scheduler: RedBeat, args: [--loglevel=DEBUG]}}",
                        site -> assertThat(command(site, "beat"))
                                .endsWith("--scheduler=redbeat.RedBeatScheduler", "--loglevel=DEBUG")),
                app(
                        "celery: {beat: {scheduler: Database, maxLoopIntervalSeconds: 60}}",
                        site -> assertThat(command(site, "beat"))
                                .contains(
                                        "--max-interval=60",
                                        "--scheduler=django_celery_beat.schedulers:DatabaseScheduler")),
                app("celery: {beat: {storage: 2Gi, storageClassName: fast}}", site -> {
                    var claim = site.get(StatefulSet.class, "mysite-beat")
                            .getSpec()
                            .getVolumeClaimTemplates()
                            .getFirst()
                            .getSpec();
                    assertThat(claim.getResources().getRequests().get("storage"))
                            .hasToString("2Gi");
                    assertThat(claim.getStorageClassName()).isEqualTo("fast");
                }),
                app(
                        "celery: {beat: {resources: {requests: {memory: 300Mi}}}}",
                        site -> assertThat(requested(site, "beat", "memory")).isEqualTo("300Mi")));
    }

    /** How often each probe asks, how often it may be disappointed, and for how long it waits for an answer. */
    private static Stream<String> patience(RenderedSite site, String component) {
        var container = container(site, component);
        return Stream.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())
                .map(probe -> "%dx%d of %d"
                        .formatted(probe.getPeriodSeconds(), probe.getFailureThreshold(), probe.getTimeoutSeconds()));
    }

    private static String question(Probe probe) {
        var get = probe.getHttpGet();
        return get.getPath() + " of "
                + get.getHttpHeaders().stream()
                        .filter(header -> header.getName().equals("Host"))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
    }
}
