package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.Knob.both;
import static dev.nuages.core.djangoapp.Knob.command;
import static dev.nuages.core.djangoapp.Knob.container;
import static dev.nuages.core.djangoapp.Knob.graceSeconds;
import static dev.nuages.core.djangoapp.Knob.preStopSeconds;
import static dev.nuages.core.djangoapp.Knob.requested;
import static dev.nuages.core.djangoapp.Knob.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.nuages.api.MigrationStatus;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What an environment says of processes and pods holds where the application does not say the same field itself. */
class EnvironmentDefaultsTest {
    private static final String WEB =
            "web: {replicas: 4, workers: 3, workerClass: gevent, threads: 8, timeoutSeconds: 60,"
                    + " gracefulTimeoutSeconds: 20, wsgi: 'all.wsgi:app', args: [--preload], healthPath: /up,"
                    + " resources: {requests: {cpu: 300m}}}";
    private static final String WEBSOCKETS = "websockets: {replicas: 4, asgi: 'all.asgi:app', drainSeconds: 10,"
            + " args: [--no-server-name], healthPath: /up, resources: {requests: {cpu: 300m}}}";
    private static final String POOL = "celeryPool: {replicas: 4, concurrency: 3, pool: threads, drainSeconds: 10,"
            + " maxTasksPerChild: 50, args: [--without-gossip], resources: {requests: {cpu: 300m}}}";

    @TestFactory
    Stream<DynamicTest> web() {
        return table(
                both(WEB, "", site -> {
                    assertThat(command(site, "web"))
                            .containsExactly(
                                    "gunicorn",
                                    "all.wsgi:app",
                                    "--bind=0.0.0.0:8000",
                                    "--worker-class=gevent",
                                    "--workers=3",
                                    "--threads=8",
                                    "--timeout=60",
                                    "--graceful-timeout=20",
                                    "--keep-alive=95",
                                    "--worker-tmp-dir=/dev/shm",
                                    "--access-logfile=-",
                                    "--preload");
                    assertThat(site.deployment("web").getSpec().getReplicas()).isEqualTo(4);
                    assertThat(container(site, "web")
                                    .getReadinessProbe()
                                    .getHttpGet()
                                    .getPath())
                            .isEqualTo("/up");
                    assertThat(requested(site, "web", "cpu")).isEqualTo("300m");
                }),
                both(WEB, "web: {threads: 1, args: [], healthPath: /here}", site -> {
                    assertThat(command(site, "web"))
                            .startsWith("gunicorn", "all.wsgi:app")
                            .contains("--worker-class=gevent", "--workers=3", "--threads=1", "--timeout=60")
                            .endsWith("--access-logfile=-");
                    assertThat(container(site, "web")
                                    .getReadinessProbe()
                                    .getHttpGet()
                                    .getPath())
                            .isEqualTo("/here");
                }),
                both("web: {server: Uvicorn}", "web: {workerClass: gevent}", site -> {
                    assertThat(command(site, "web")).startsWith("uvicorn");
                    assertThat(site.problems())
                            .isEqualTo(
                                    "web.workerClass is not used, for the environment has Uvicorn in place of gunicorn:"
                                            + " take it out, or set web.server to Gunicorn");
                }),
                both(
                        "web: {command: [serve]}",
                        "web: {workerClass: gevent}",
                        site -> assertThat(site.problems())
                                .startsWith("web.workerClass is not used, for the environment has a command in place")),
                both(
                        "web: {probes: {startupSeconds: 900, timeoutSeconds: 7}}",
                        "web: {probes: {startupSeconds: 60}}",
                        site -> {
                            var startup = container(site, "web").getStartupProbe();
                            assertThat(startup.getFailureThreshold()).isEqualTo(60);
                            assertThat(startup.getTimeoutSeconds()).isEqualTo(7);
                        }),
                both(
                        "visibilityTimeoutSeconds: 7200",
                        "celery: {broker: Redis}",
                        site -> assertThat(site.variable("CELERY_BROKER_TRANSPORT_OPTIONS"))
                                .contains("7200")),
                both(
                        "visibilityTimeoutSeconds: 7200",
                        "celery: {broker: Redis, visibilityTimeoutSeconds: 60}",
                        site -> assertThat(site.variable("CELERY_BROKER_TRANSPORT_OPTIONS"))
                                .contains("60")
                                .doesNotContain("7200")),
                both(WEB, "web: {autoscale: {maxReplicas: 9}}", site -> {
                    assertThat(site.deployment("web").getSpec().getReplicas()).isNull();
                    assertThat(site.get(HorizontalPodAutoscaler.class, "mysite-web")
                                    .getSpec()
                                    .getMaxReplicas())
                            .isEqualTo(9);
                }),
                both(
                        "web: {autoscale: {maxReplicas: 9}}",
                        "web: {replicas: 2}",
                        site -> assertThat(site.deployment("web").getSpec().getReplicas())
                                .isEqualTo(2)),
                both(
                        "web: {server: Uvicorn}",
                        "",
                        site -> assertThat(command(site, "web")).startsWith("uvicorn", "mysite.asgi:application")),
                both(
                        "web: {server: Uvicorn, asgi: 'all.asgi:app'}",
                        "web: {server: Daphne}",
                        site -> assertThat(command(site, "web"))
                                .startsWith("python", "-c", Scripts.DAPHNE)
                                .endsWith("all.asgi:app")),
                both(
                        "web: {workerClass: gevent}",
                        "web: {server: Gunicorn}",
                        site -> assertThat(command(site, "web"))
                                .as("the worker class is another choice's")
                                .contains("--worker-class=gthread")),
                both(
                        "web: {args: [--max-requests=1000]}",
                        "web: {server: Uvicorn}",
                        site -> assertThat(command(site, "web"))
                                .as("the arguments are another server's")
                                .endsWith("--forwarded-allow-ips=*")),
                both(
                        "web: {args: [--max-requests=1000]}",
                        "web: {server: Gunicorn}",
                        site -> assertThat(command(site, "web"))
                                .as("the arguments are this server's")
                                .endsWith("--max-requests=1000")),
                both(
                        "web: {command: [python, serve.py]}",
                        "web: {server: Uvicorn}",
                        site -> assertThat(command(site, "web")).startsWith("uvicorn")),
                both(
                        "web: {server: Daphne, args: [-v2]}",
                        "web: {command: [python, serve.py]}",
                        site -> assertThat(command(site, "web")).containsExactly("python", "serve.py")));
    }

    @TestFactory
    Stream<DynamicTest> websockets() {
        return table(
                both(
                        WEBSOCKETS,
                        "",
                        site -> assertThat(Knob.routes(site))
                                .as("there are none where the application asks for none")
                                .containsExactly("/ mysite-web")),
                both(WEBSOCKETS, "websockets: {}", site -> {
                    assertThat(command(site, "websockets")).endsWith("--no-server-name", "all.asgi:app");
                    assertThat(site.deployment("websockets").getSpec().getReplicas())
                            .isEqualTo(4);
                    assertThat(graceSeconds(site, "websockets")).isEqualTo(10 + 10 + 5);
                    assertThat(container(site, "websockets")
                                    .getReadinessProbe()
                                    .getHttpGet()
                                    .getPath())
                            .isEqualTo("/up");
                    assertThat(requested(site, "websockets", "cpu")).isEqualTo("300m");
                }),
                both(WEBSOCKETS, "websockets: {asgi: 'mine.asgi:app', replicas: 1}", site -> {
                    assertThat(command(site, "websockets")).endsWith("--no-server-name", "mine.asgi:app");
                    assertThat(site.deployment("websockets").getSpec().getReplicas())
                            .isEqualTo(1);
                    assertThat(graceSeconds(site, "websockets")).isEqualTo(10 + 10 + 5);
                }),
                both(
                        "websockets: {command: [theirs]}",
                        "websockets: {command: [mine]}",
                        site -> assertThat(command(site, "websockets")).containsExactly("mine")),
                both(
                        "websockets: {paths: [/live]}",
                        "websockets: {}",
                        site -> assertThat(Knob.routes(site))
                                .containsExactly("/live mysite-websockets", "/ mysite-web")));
    }

    @TestFactory
    Stream<DynamicTest> celery() {
        return table(
                both(POOL, "celery: {}", site -> {
                    assertThat(command(site, "celery-default"))
                            .contains("--queues=celery", "--pool=threads", "--concurrency=3")
                            .endsWith("--max-tasks-per-child=50", "--without-gossip");
                    assertThat(site.deployment("celery-default").getSpec().getReplicas())
                            .isEqualTo(4);
                    assertThat(graceSeconds(site, "celery-default")).isEqualTo(10 + 5);
                    assertThat(requested(site, "celery-default", "cpu")).isEqualTo("300m");
                }),
                both(POOL, "celery: {pools: {mail: {pool: prefork}, slow: {drainSeconds: 900}}}", site -> {
                    assertThat(command(site, "celery-mail")).contains("--pool=prefork", "--concurrency=3");
                    assertThat(graceSeconds(site, "celery-mail")).isEqualTo(10 + 5);
                    assertThat(command(site, "celery-slow")).contains("--pool=threads", "--concurrency=3");
                    assertThat(graceSeconds(site, "celery-slow")).isEqualTo(900 + 5);
                }),
                both(
                        "broker: Redis",
                        "celery: {}",
                        site -> assertThat(site.variable("CELERY_BROKER_URL")).startsWith("redis://")),
                both(
                        "broker: Redis",
                        "celery: {broker: RabbitMQ}",
                        site -> assertThat(site.variable("CELERY_BROKER_URL")).startsWith("amqp://")));
    }

    @TestFactory
    Stream<DynamicTest> staticFiles() {
        var all = "staticFiles: {root: /all, path: /files, keepPrevious: false, replicas: 2,"
                + " resources: {requests: {cpu: 300m}}}";
        return table(
                both(all, "staticFiles: {}", site -> {
                    assertThat(copy(site)).endsWith("/all /srv/static");
                    assertThat(site.variable("STATIC_URL")).isEqualTo("/files/");
                    assertThat(site.deployment("static").getSpec().getReplicas())
                            .isEqualTo(2);
                    assertThat(requested(site, "static", "cpu")).isEqualTo("300m");
                    site.deploy(Knob.yaml("1.1", "staticFiles: {}"));
                    assertThat(site.pods("static").getSpec().getInitContainers())
                            .hasSize(1);
                }),
                both(all, "staticFiles: {root: /mine, keepPrevious: true}", site -> {
                    assertThat(copy(site)).endsWith("/mine /srv/static");
                    assertThat(site.variable("STATIC_URL")).isEqualTo("/files/");
                    site.deploy(Knob.yaml("1.1", "staticFiles: {root: /mine, keepPrevious: true}"));
                    assertThat(site.pods("static").getSpec().getInitContainers())
                            .hasSize(2);
                }));
    }

    @TestFactory
    Stream<DynamicTest> pods() {
        var all = "pods: {labels: {team: all, tier: all}, annotations: {team: all, tier: all},"
                + " nodeSelector: {disk: all, zone: all}, tolerations: [{key: all}], priorityClassName: all,"
                + " imagePullSecrets: [all], runAsUser: 5, fsGroup: 6, spread: None,"
                + " preStopSeconds: 20, readOnlyRootFilesystem: false}";
        return table(
                both(all, "", site -> {
                    var pod = site.pods("web");
                    assertThat(pod.getMetadata().getLabels()).containsEntry("team", "all");
                    assertThat(pod.getMetadata().getAnnotations()).containsEntry("team", "all");
                    assertThat(pod.getSpec().getNodeSelector()).containsOnlyKeys("disk", "zone");
                    assertThat(pod.getSpec().getTolerations().getFirst().getKey())
                            .isEqualTo("all");
                    assertThat(pod.getSpec().getPriorityClassName()).isEqualTo("all");
                    assertThat(pod.getSpec().getImagePullSecrets()).hasSize(1);
                    assertThat(pod.getSpec().getSecurityContext().getRunAsUser())
                            .isEqualTo(5);
                    assertThat(pod.getSpec().getSecurityContext().getFsGroup()).isEqualTo(6);
                    assertThat(pod.getSpec().getTopologySpreadConstraints()).isEmpty();
                    assertThat(preStopSeconds(site, "web")).isEqualTo(20);
                    assertThat(container(site, "web").getSecurityContext().getReadOnlyRootFilesystem())
                            .isFalse();
                }),
                both(all, "pods: {labels: {tier: own}, annotations: {tier: own}, nodeSelector: {disk: own}}", site -> {
                    var pod = site.pods("web");
                    assertThat(pod.getMetadata().getLabels())
                            .containsEntry("team", "all")
                            .containsEntry("tier", "own");
                    assertThat(pod.getMetadata().getAnnotations())
                            .containsEntry("team", "all")
                            .containsEntry("tier", "own");
                    assertThat(pod.getSpec().getNodeSelector())
                            .containsEntry("disk", "own")
                            .containsEntry("zone", "all");
                }),
                both(
                        all,
                        "pods: {tolerations: [{key: own}], imagePullSecrets: [own], runAsUser: 7, preStopSeconds: 30,"
                                + " readOnlyRootFilesystem: true}",
                        site -> {
                            var pod = site.pods("web").getSpec();
                            assertThat(pod.getTolerations())
                                    .extracting(toleration -> toleration.getKey())
                                    .containsExactly("own");
                            assertThat(pod.getImagePullSecrets())
                                    .extracting(secret -> secret.getName())
                                    .containsExactly("own");
                            assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(7);
                            assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(6);
                            assertThat(pod.getPriorityClassName()).isEqualTo("all");
                            assertThat(preStopSeconds(site, "web")).isEqualTo(30);
                            assertThat(container(site, "web")
                                            .getSecurityContext()
                                            .getReadOnlyRootFilesystem())
                                    .isTrue();
                        }));
    }

    @TestFactory
    Stream<DynamicTest> migrations() {
        var all = "migrations: {timeoutSeconds: 100, lockTimeoutSeconds: 2, before: [{name: check, command: [check]}]}";
        return table(
                both(all, "", site -> {
                    assertThat(site.status().migration())
                            .extracting(MigrationStatus::steps)
                            .asInstanceOf(LIST)
                            .hasSize(2);
                    assertThat(site.migration().getSpec().getActiveDeadlineSeconds())
                            .isEqualTo(100);
                }),
                both(all, "migrations: {timeoutSeconds: 200, before: []}", site -> {
                    assertThat(site.status().migration())
                            .extracting(MigrationStatus::steps)
                            .isNull();
                    assertThat(site.migration().getSpec().getActiveDeadlineSeconds())
                            .isEqualTo(200);
                    assertThat(site.migration()
                                    .getSpec()
                                    .getTemplate()
                                    .getSpec()
                                    .getContainers()
                                    .getFirst()
                                    .getEnv())
                            .filteredOn(variable -> variable.getName().equals("PGOPTIONS"))
                            .extracting(EnvVar::getValue)
                            .containsExactly("-c lock_timeout=2s");
                }));
    }

    @TestFactory
    Stream<DynamicTest> serviceAccounts() {
        return table(both(
                "pods: {serviceAccountAnnotations: {iam.example.org/role: all, team: all}}",
                "pods: {serviceAccountAnnotations: {iam.example.org/role: mine}}",
                site -> assertThat(site.get(ServiceAccount.class, "mysite")
                                .getMetadata()
                                .getAnnotations())
                        .containsEntry("iam.example.org/role", "mine")
                        .containsEntry("team", "all")));
    }

    @TestFactory
    Stream<DynamicTest> channelWorkersBeatAndTasks() {
        var workers = "channelWorkers: {drainSeconds: 10, resources: {requests: {cpu: 300m}}}";
        var beat = "beat: {maxLoopIntervalSeconds: 2, resources: {requests: {cpu: 300m}}}";
        var tasks = "tasks: {timeZone: Europe/Paris, concurrency: Replace, deadlineSeconds: 60,"
                + " resources: {requests: {cpu: 300m}}}";
        return table(
                both(workers, "channelWorkers: {jobs: {channels: [a]}}", site -> {
                    assertThat(graceSeconds(site, "channels-jobs")).isEqualTo(10 + 5);
                    assertThat(requested(site, "channels-jobs", "cpu")).isEqualTo("300m");
                }),
                both(
                        workers,
                        "channelWorkers: {jobs: {channels: [a], drainSeconds: 20, resources: {requests: {cpu: 1}}}}",
                        site -> {
                            assertThat(graceSeconds(site, "channels-jobs")).isEqualTo(20 + 5);
                            assertThat(requested(site, "channels-jobs", "cpu")).isEqualTo("1");
                        }),
                both(beat, "celery: {beat: {}}", site -> {
                    assertThat(command(site, "beat")).contains("--max-interval=2");
                    assertThat(requested(site, "beat", "cpu")).isEqualTo("300m");
                }),
                both(beat, "celery: {beat: {maxLoopIntervalSeconds: 3, resources: {requests: {cpu: 1}}}}", site -> {
                    assertThat(command(site, "beat")).contains("--max-interval=3");
                    assertThat(requested(site, "beat", "cpu")).isEqualTo("1");
                }),
                both(
                        "beat: {scheduler: RedBeat}",
                        "celery: {beat: {}}",
                        site -> assertThat(command(site, "beat")).contains("--scheduler=redbeat.RedBeatScheduler")),
                both(
                        "beat: {scheduler: RedBeat}",
                        "celery: {beat: {scheduler: Database}}",
                        site -> assertThat(command(site, "beat"))
                                .contains("--scheduler=django_celery_beat.schedulers:DatabaseScheduler")),
                both(tasks, "tasks: {tidy: {schedule: '@daily', command: [tidy]}}", site -> {
                    var tidy = site.get(CronJob.class, "mysite-task-tidy").getSpec();
                    assertThat(tidy.getTimeZone()).isEqualTo("Europe/Paris");
                    assertThat(tidy.getConcurrencyPolicy()).isEqualTo("Replace");
                    assertThat(tidy.getJobTemplate().getSpec().getActiveDeadlineSeconds())
                            .isEqualTo(60);
                    assertThat(requested(site, "task-tidy", "cpu")).isEqualTo("300m");
                }),
                both(
                        tasks,
                        "tasks: {tidy: {schedule: '@daily', command: [tidy], timeZone: UTC, concurrency: Allow,"
                                + " deadlineSeconds: 90, resources: {requests: {cpu: 1}}}}",
                        site -> {
                            var tidy =
                                    site.get(CronJob.class, "mysite-task-tidy").getSpec();
                            assertThat(tidy.getTimeZone()).isEqualTo("UTC");
                            assertThat(tidy.getConcurrencyPolicy()).isEqualTo("Allow");
                            assertThat(tidy.getJobTemplate().getSpec().getActiveDeadlineSeconds())
                                    .isEqualTo(90);
                            assertThat(requested(site, "task-tidy", "cpu")).isEqualTo("1");
                        }));
    }

    private static String copy(RenderedSite site) {
        return String.join(
                " ",
                site.pods("static").getSpec().getInitContainers().getFirst().getCommand());
    }
}
