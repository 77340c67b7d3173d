package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.InMemoryCluster;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.Secrets;
import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.keda.TriggerAuthentication;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every process that an application may have, through the plans alone. */
class ProcessesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String WHOLE = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoApp
            metadata: {name: mysite, namespace: default}
            spec:
              image: mysite
              version: "1.0"
              settings: mysite.settings
              host: mysite.localhost
              aliases: [www.mysite.localhost]
              redis: {}
              web: {replicas: 2}
              websockets: {paths: [/ws, /ws/admin], drainSeconds: 20}
              channelWorkers: {thumbnails: {channels: [thumbnail]}}
              celery:
                pools:
                  default: {}
                  slow: {queues: [slow, bulk], concurrency: 1, pool: threads, drainSeconds: 600}
                beat: {}
              staticFiles: {root: /app/static}
              media: {volume: {size: 1Gi}}
              tasks: {cleanup: {schedule: "0 3 * * *", command: [clearsessions]}}
              superuser: {username: admin, email: admin@example.org}
              migrations:
                before: [{name: check, command: [check, --deploy]}]
                after: [{name: cache-table, command: [createcachetable]}]
            """;

    private final InMemoryCluster cluster = new InMemoryCluster();
    private SiteAnswer answer = new SiteAnswer(true, "it answers");
    private final DjangoApps kind = new DjangoApps((namespace, service, host, path) -> answer);

    @BeforeEach
    void environment() {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec: {postgres: {local: {}}, redis: {local: {}}, rabbitmq: {local: {}}}
                """, DjangoEnvironment.class));
    }

    @Test
    @DisplayName(
            "a whole site goes through hooks and migration, one Job after the other, and is ready with every process")
    void wholeSite() {
        app(WHOLE);
        settle();
        needsReady();
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Migrating);
        assertThat(currentJob()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .containsExactly("check", "--deploy");
        jobEnds("Complete");
        settle();
        assertThat(currentJob()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .isEmpty();
        assertThat(cluster.find(Deployment.class, "default", "mysite-web")).isEmpty();
        jobEnds("Complete");
        settle();
        assertThat(currentJob()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .containsExactly("createcachetable");
        assertThat(status().migratedVersion()).isNull();
        jobEnds("Complete");
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Deploying);
        assertThat(names(Deployment.class))
                .containsExactly(
                        "mysite-celery-default",
                        "mysite-celery-slow",
                        "mysite-channels-thumbnails",
                        "mysite-static",
                        "mysite-web",
                        "mysite-websockets");
        assertThat(names(StatefulSet.class)).containsExactly("mysite-beat");
        assertThat(names(CronJob.class)).containsExactly("mysite-task-cleanup");
        rolledOut();
        settle();
        superuserMade();
        settle();
        assertThat(status().phase()).as(message()).isEqualTo(Phase.Ready);
        assertThat(status().superuser()).isEqualTo("admin in db/1");
        cluster.takeEffects();
        assertThat(settle()).isZero();
        assertThat(Serialization.unmarshal(Serialization.asJson(status()), DjangoAppStatus.class))
                .as("read again")
                .isEqualTo(status());
    }

    @Test
    @DisplayName("a hook that fails stops the deploy, and says which it was")
    void failedHook() {
        app(WHOLE);
        settle();
        needsReady();
        settle();
        jobEnds("Failed");
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Error);
        assertThat(message()).contains("hook check of version 1.0 failed", "nuages retry mysite");
        assertThat(cluster.find(Deployment.class, "default", "mysite-web")).isEmpty();
    }

    @Test
    @DisplayName("the pods have the defaults that running Django well takes")
    void defaults() {
        ready(WHOLE);
        var web = pod("mysite-web");
        assertThat(command(web)).contains("--worker-tmp-dir=/dev/shm", "--bind=0.0.0.0:8000", "--graceful-timeout=30");
        assertThat(variables(web)).containsEntry("FORWARDED_ALLOW_IPS", "*").containsEntry("CONN_MAX_AGE", "60");
        assertThat(web.getTerminationGracePeriodSeconds()).isEqualTo(5 + 30 + 5);
        assertThat(web.getEnableServiceLinks()).isFalse();
        assertThat(web.getAutomountServiceAccountToken()).isFalse();
        assertThat(first(web).getLifecycle().getPreStop().getSleep().getSeconds())
                .isEqualTo(5);
        assertThat(first(web).getReadinessProbe().getHttpGet().getHttpHeaders())
                .extracting(header -> header.getName() + ": " + header.getValue())
                .containsExactly("Host: mysite.localhost", "X-Forwarded-Proto: https");
        var websockets = pod("mysite-websockets");
        assertThat(command(websockets)).contains("-b", "0.0.0.0", "--proxy-headers", "mysite.asgi:application");
        assertThat(variables(websockets))
                .containsEntry("CONN_MAX_AGE", "0")
                .containsEntry("NUAGES_DRAIN_SECONDS", "20");
        assertThat(websockets.getTerminationGracePeriodSeconds()).isEqualTo(5 + 20 + 5);
        var slow = pod("mysite-celery-slow");
        assertThat(command(slow))
                .startsWith("celery", "-A", "mysite", "worker")
                .contains("--queues=slow,bulk", "--concurrency=1", "--pool=threads");
        assertThat(slow.getTerminationGracePeriodSeconds()).isEqualTo(605);
        assertThat(first(slow).getLivenessProbe()).isNull();
        assertThat(command(pod("mysite-celery-default"))).contains("--queues=celery", "--pool=prefork");
        assertThat(command(pod("mysite-channels-thumbnails")))
                .containsExactly("python", "-m", "django", "runworker", "thumbnail");
        var beat = cluster.get(StatefulSet.class, "mysite-beat");
        assertThat(beat.getSpec().getReplicas()).isEqualTo(1);
        assertThat(command(beat.getSpec().getTemplate().getSpec()))
                .contains("--pidfile=", "--schedule=/var/lib/celery/celerybeat-schedule", "beat_sync_every=1")
                .doesNotContain("-B");
        var caddy = cluster.get(ConfigMap.class, "mysite-static").getData().get("Caddyfile");
        assertThat(caddy).contains("handle_path /static/*", "handle_path /media/*", "immutable", "encode zstd gzip");
    }

    @Test
    @DisplayName("configuration reaches Django by the contract's names, and no secret is anywhere else")
    void configuration() {
        ready(WHOLE);
        var values = Secrets.texts(cluster.get(Secret.class, "mysite-env"));
        assertThat(values)
                .containsEntry("ALLOWED_HOSTS", "mysite.localhost,www.mysite.localhost")
                .containsEntry("CSRF_TRUSTED_ORIGINS", "http://mysite.localhost,http://www.mysite.localhost")
                .containsEntry("CELERY_BROKER_URL", "amqp://mysite:s3cret@rabbit:5672/mysite")
                .containsEntry("CHANNEL_LAYER_URL", "redis://:s3cret@durable:6379/1")
                .containsEntry("CHANNEL_LAYER_PREFIX", "default:mysite:channels:")
                .containsEntry("STATIC_URL", "/static/")
                .containsEntry("MEDIA_ROOT", "/srv/media")
                .doesNotContainKey("REDBEAT_REDIS_URL");
        for (var workload : names(Deployment.class)) {
            assertThat(Serialization.asYaml(cluster.get(Deployment.class, workload)))
                    .doesNotContain("s3cret");
        }
    }

    @Test
    @DisplayName("the longest URL prefix comes first, on every host")
    void routes() {
        ready(WHOLE);
        var rules = cluster.get(Ingress.class, "mysite").getSpec().getRules();
        assertThat(rules)
                .extracting(rule -> rule.getHost())
                .containsExactly("mysite.localhost", "www.mysite.localhost");
        assertThat(rules.getFirst().getHttp().getPaths())
                .extracting(path ->
                        path.getPath() + " " + path.getBackend().getService().getName())
                .containsExactly(
                        "/ws/admin mysite-websockets",
                        "/static mysite-static",
                        "/media mysite-static",
                        "/ws mysite-websockets",
                        "/ mysite-web");
    }

    @Test
    @DisplayName("static files of the new version are served, beside the old one's, before its processes start")
    void staticFilesFirst() {
        ready(WHOLE);
        change(WHOLE.replace("version: \"1.0\"", "version: \"1.1\""));
        migrated();
        assertThat(status().phase()).isEqualTo(Phase.Deploying);
        assertThat(images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.1");
        assertThat(image("mysite-web")).isEqualTo("mysite:1.0");
        assertThat(image("mysite-celery-slow")).isEqualTo("mysite:1.0");
        rolledOut("mysite-static");
        settle();
        assertThat(image("mysite-web")).isEqualTo("mysite:1.1");
        assertThat(image("mysite-celery-slow")).isEqualTo("mysite:1.1");
        cluster.get(Deployment.class, "mysite-static").getStatus().setAvailableReplicas(0);
        settle();
        assertThat(image("mysite-web"))
                .as("after a pod with static files is lost")
                .isEqualTo("mysite:1.1");
        rolledOut();
        settle();
        assertThat(status().phase()).as(message()).isEqualTo(Phase.Ready);
        assertThat(images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.1");
    }

    @Test
    @DisplayName("a component that is taken out of the spec goes, and nothing else does")
    void removed() {
        ready(WHOLE);
        var before = everything();
        change(WHOLE.replace("  channelWorkers: {thumbnails: {channels: [thumbnail]}}\n", ""));
        settle();
        var expected = new TreeSet<>(before);
        expected.remove("Deployment/mysite-channels-thumbnails");
        expected.remove("PodDisruptionBudget/mysite-channels-thumbnails");
        assertThat(everything()).isEqualTo(expected);
        change(WHOLE.replace("  channelWorkers: {thumbnails: {channels: [thumbnail]}}\n", "")
                .replace("  media: {volume: {size: 1Gi}}\n", ""));
        settle();
        assertThat(everything()).as("uploads are data").isEqualTo(expected);
    }

    @Test
    @DisplayName("beat never two: another beat is made only when the one before is gone, asked of the API server")
    void beatNeverTwo() {
        ready(WHOLE);
        change(WHOLE.replace("beat: {}", "beat: {scheduler: Database}"));
        var plan = plan();
        assertThat(applied(plan)).as("a StatefulSet cannot lose its volume").doesNotContain("StatefulSet/mysite-beat");
        assertThat(deleted(plan)).contains("StatefulSet/mysite-beat");
        cluster.delete(new ObjectRef(StatefulSet.class, "default", "mysite-beat"));
        plan = plan();
        assertThat(applied(plan)).contains("StatefulSet/mysite-beat");
        assertThat(plan.status().phase()).isEqualTo(Phase.Deploying);
        settle();
        assertThat(cluster.get(StatefulSet.class, "mysite-beat").getSpec().getVolumeClaimTemplates())
                .isEmpty();
        change(WHOLE.replace("beat: {}", "beat: {scheduler: RedBeat}"));
        plan = plan();
        assertThat(applied(plan)).doesNotContain("Deployment/mysite-beat");
        assertThat(deleted(plan)).contains("StatefulSet/mysite-beat");
        cluster.delete(new ObjectRef(StatefulSet.class, "default", "mysite-beat"));
        plan = plan();
        assertThat(applied(plan)).contains("Deployment/mysite-beat");
        assertThat(plan.confirmations())
                .contains(new Confirmation.Absent(new ObjectRef(StatefulSet.class, "default", "mysite-beat")));
    }

    @Test
    @DisplayName("a broker that is not asked for any more stays until the last worker has ended")
    void brokerStays() {
        ready(WHOLE);
        var labels = cluster.get(Deployment.class, "mysite-celery-slow")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
        var worker = cluster.put(new PodBuilder()
                .withNewMetadata()
                .withName("mysite-celery-slow-x")
                .withNamespace("default")
                .withLabels(labels)
                .endMetadata()
                .build());
        change(WHOLE.replaceAll("(?s)  celery:.*?(  staticFiles)", "$1"));
        settle();
        rolledOut();
        settle();
        assertThat(cluster.find(Deployment.class, "default", "mysite-celery-slow"))
                .isEmpty();
        assertThat(cluster.find(RabbitmqVhost.class, "default", "mysite")).isPresent();
        worker.getMetadata().setDeletionTimestamp("2099-01-01T00:00:00Z");
        settle();
        assertThat(cluster.find(RabbitmqVhost.class, "default", "mysite")).isPresent();
        cluster.delete(ObjectRef.of(worker));
        settle();
        assertThat(cluster.find(RabbitmqVhost.class, "default", "mysite")).isEmpty();
    }

    @Test
    @DisplayName("RedBeat has two pods, a short loop, a Redis that never evicts and a prefix of its own")
    void redBeat() {
        ready(WHOLE.replace("beat: {}", "beat: {scheduler: RedBeat}")
                .replace("celery:\n", "celery:\n    broker: Redis\n"));
        assertThat(cluster.get(Deployment.class, "mysite-beat").getSpec().getReplicas())
                .isEqualTo(2);
        assertThat(command(pod("mysite-beat"))).contains("--scheduler=redbeat.RedBeatScheduler", "--max-interval=5");
        assertThat(Secrets.texts(cluster.get(Secret.class, "mysite-env")))
                .containsEntry("REDBEAT_KEY_PREFIX", "default:mysite:redbeat:")
                .containsEntry("REDBEAT_REDIS_URL", "redis://:s3cret@durable:6379/2")
                .containsEntry("CELERY_BROKER_URL", "redis://:s3cret@durable:6379/0")
                .containsEntry("CELERY_BROKER_TRANSPORT_OPTIONS", "{\"visibility_timeout\":3600}");
    }

    @Test
    @DisplayName("an autoscaler gets the number of pods as it is, and from then on nobody else writes it")
    void handOver() {
        ready(WHOLE);
        change(WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5}}"));
        var plan = plan();
        assertThat(plan.effects())
                .filteredOn(Effect.HandOver.class::isInstance)
                .extracting(effect -> ((Effect.HandOver) effect).replicas())
                .containsExactly(2);
        settle();
        var web = cluster.get(Deployment.class, "mysite-web");
        assertThat(web.getSpec().getReplicas()).isNull();
        assertThat(names(HorizontalPodAutoscaler.class)).containsExactly("mysite-web");
        web.getSpec().setReplicas(4);
        cluster.takeEffects();
        settle();
        assertThat(cluster.takeEffects()).noneMatch(Effect.HandOver.class::isInstance);
        assertThat(scaleDownWindow()).isEqualTo(300);
        change(WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5, scaleDownSeconds: 0}}"));
        settle();
        assertThat(scaleDownWindow()).isZero();
    }

    @Test
    @DisplayName("what was stopped starts again with an autoscaler, which would leave none at none")
    void startAgainAutoscaled() {
        var scaled = WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5}}");
        ready(scaled);
        change(scaled + "  stopped: true\n");
        settle();
        rolledOut();
        settle();
        assertThat(cluster.get(Deployment.class, "mysite-web").getSpec().getReplicas())
                .isZero();
        change(scaled);
        assertThat(plan().effects())
                .filteredOn(Effect.HandOver.class::isInstance)
                .extracting(effect -> ((Effect.HandOver) effect).replicas())
                .containsExactly(1);
    }

    private int scaleDownWindow() {
        return cluster.get(HorizontalPodAutoscaler.class, "mysite-web")
                .getSpec()
                .getBehavior()
                .getScaleDown()
                .getStabilizationWindowSeconds();
    }

    @Test
    @DisplayName("KEDA owns the number of a pool's pods where it is installed; where not, the status says so")
    void queueScaling() {
        var scaling = WHOLE.replace("default: {}", "default: {autoscale: {maxReplicas: 8, queueLength: 5}}");
        cluster.lacks(ScaledObject.class);
        ready(scaling);
        assertThat(cluster.get(Deployment.class, "mysite-celery-default")
                        .getSpec()
                        .getReplicas())
                .isEqualTo(1);
        assertThat(problems()).contains("pools default do not scale", "install KEDA");
        cluster.has(ScaledObject.class);
        settle();
        assertThat(cluster.get(Deployment.class, "mysite-celery-default")
                        .getSpec()
                        .getReplicas())
                .isNull();
        var spec = cluster.get(ScaledObject.class, "mysite-celery-default").getSpec();
        assertThat(spec.maxReplicaCount()).isEqualTo(8);
        assertThat(spec.triggers())
                .extracting(trigger -> trigger.type() + " " + trigger.metadata().get("queueName") + " "
                        + trigger.metadata().get("protocol"))
                .containsExactly("rabbitmq celery http");
        assertThat(cluster.get(TriggerAuthentication.class, "mysite-celery")
                        .getSpec()
                        .secretTargetRef())
                .containsExactly(new TriggerAuthentication.SecretTarget("host", "mysite-rabbitmq", "managementUrl"));
    }

    @Test
    @DisplayName("where KEDA's objects can't be read, nothing of them changes, and the status says so")
    void unreadScaling() {
        var scaling = WHOLE.replace("default: {}", "default: {autoscale: {maxReplicas: 8, queueLength: 5}}");
        ready(scaling);
        cluster.takeEffects();
        cluster.reads(ScaledObject.class, false);
        settle();
        assertThat(cluster.takeEffects()).isEmpty();
        assertThat(problems())
                .contains("what there is of kind ScaledObject is not known, so none is made, changed or deleted");
        cluster.reads(ScaledObject.class, true);
        settle();
        assertThat(Conditions.find(status().conditions(), "Configured")).isEmpty();
    }

    private String problems() {
        return Conditions.find(status().conditions(), "Configured")
                .orElseThrow()
                .getMessage();
    }

    @Test
    @DisplayName(
            "through a Gateway the same prefixes lead to the same processes; where there is no Gateway API, it is said")
    void gateway() {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec:
                  postgres: {local: {}}
                  redis: {local: {}}
                  rabbitmq: {local: {}}
                  ingress: {scheme: https, gateway: {name: public, namespace: gateways}}
                """, DjangoEnvironment.class));
        cluster.lacks(HTTPRoute.class);
        ready(WHOLE);
        assertThat(names(Ingress.class)).isEmpty();
        assertThat(problems()).contains("has no HTTPRoute: install the Gateway API");
        cluster.has(HTTPRoute.class);
        settle();
        var route = cluster.get(HTTPRoute.class, "mysite").getSpec();
        assertThat(route.getHostnames()).containsExactly("mysite.localhost", "www.mysite.localhost");
        assertThat(route.getParentRefs().getFirst().getNamespace()).isEqualTo("gateways");
        assertThat(route.getRules())
                .extracting(rule -> rule.getMatches().getFirst().getPath().getValue() + " "
                        + rule.getBackendRefs().getFirst().getName())
                .startsWith("/ws/admin mysite-websockets")
                .endsWith("/ mysite-web");
        assertThat(status().url()).isEqualTo("https://mysite.localhost");
    }

    @Test
    @DisplayName(
            "more connections than the database takes are told with the sum, and refused where the environment says so")
    void connectionBudget() {
        var greedy = WHOLE.replace("web: {replicas: 2}", "web: {replicas: 10}");
        ready(greedy);
        var budget = Conditions.find(status().conditions(), "ConnectionBudget").orElseThrow();
        assertThat(budget.getStatus()).isEqualTo("False");
        assertThat(budget.getMessage())
                .contains(
                        "web (10+3 pods x 2 workers x 4 threads) 104",
                        "celery-slow (1+1 pods x 1 tasks) 2",
                        "takes 97");
        var environment = cluster.get(DjangoApp.class, "mysite");
        assertThat(environment.getStatus().phase()).isEqualTo(Phase.Ready);
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec:
                  postgres: {local: {}}
                  redis: {local: {}}
                  rabbitmq: {local: {}}
                  connections: {max: 50, policy: Enforce}
                """, DjangoEnvironment.class));
        change(greedy.replace("replicas: 10", "replicas: 12"));
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Error);
        assertThat(message()).contains("version 1.0 serves on", "web (12+3 pods");
        assertThat(cluster.get(Deployment.class, "mysite-web").getSpec().getReplicas())
                .isEqualTo(10);
    }

    @Test
    @DisplayName("a paused application is left alone, and says so; afterwards all is put right")
    void paused() {
        ready(WHOLE);
        change(WHOLE.replace("replicas: 2", "replicas: 7") + "  paused: true\n");
        cluster.delete(new ObjectRef(Deployment.class, "default", "mysite-static"));
        cluster.takeEffects();
        settle();
        assertThat(cluster.takeEffects()).isEmpty();
        assertThat(Conditions.isTrue(status().conditions(), "Paused", null)).isTrue();
        change(WHOLE.replace("replicas: 2", "replicas: 7"));
        settle();
        assertThat(cluster.get(Deployment.class, "mysite-web").getSpec().getReplicas())
                .isEqualTo(7);
        assertThat(names(Deployment.class)).contains("mysite-static");
        assertThat(Conditions.find(status().conditions(), "Paused")).isEmpty();
    }

    @Test
    @DisplayName("a stopped application has no process, and keeps its data")
    void stopped() {
        ready(WHOLE);
        var before = everything();
        change(WHOLE + "  stopped: true\n");
        webPod();
        settle();
        rolledOut();
        settle();
        assertThat(cluster.get(PostgresServer.class, "mysite").getSpec().stopped())
                .as("while a process may still use it")
                .isNull();
        cluster.delete(new ObjectRef(Pod.class, "default", "mysite-web-1"));
        settle();
        assertThat(status().phase()).as(message()).isEqualTo(Phase.Stopped);
        assertThat(everything()).isEqualTo(before);
        assertThat(cluster.get(PostgresServer.class, "mysite").getSpec().stopped())
                .isTrue();
        assertThat(cluster.get(RedisInstance.class, "mysite").getSpec().stopped())
                .isTrue();
        assertThat(cluster.get(RedisInstance.class, "mysite-durable").getSpec().stopped())
                .isTrue();
        assertThat(cluster.get(RabbitmqVhost.class, "mysite").getSpec().stopped())
                .isTrue();
        for (var name : names(Deployment.class)) {
            assertThat(cluster.get(Deployment.class, name).getSpec().getReplicas())
                    .as(name)
                    .isZero();
        }
        assertThat(cluster.get(StatefulSet.class, "mysite-beat").getSpec().getReplicas())
                .isZero();
        assertThat(cluster.get(CronJob.class, "mysite-task-cleanup").getSpec().getSuspend())
                .isTrue();
        assertThat(cluster.find(PersistentVolumeClaim.class, "default", "mysite-media"))
                .isPresent();
    }

    @Test
    @DisplayName("in maintenance every host leads to the page, once that answers; the processes run on")
    void maintenance() {
        ready(WHOLE);
        change(WHOLE + "  maintenance: true\n");
        settle();
        assertThat(services()).contains("mysite-web");
        rolledOut("mysite-maintenance");
        settle();
        assertThat(services()).containsExactly("mysite-maintenance", "mysite-maintenance");
        assertThat(status().phase()).as(message()).isEqualTo(Phase.Ready);
        change(WHOLE);
        settle();
        assertThat(services()).contains("mysite-web").doesNotContain("mysite-maintenance");
        assertThat(names(Deployment.class)).contains("mysite-web").doesNotContain("mysite-maintenance");
    }

    @Test
    @DisplayName("Ready means that the site answers; what it said instead is in condition Serving")
    void serving() {
        ready(WHOLE);
        answer = new SiteAnswer(false, "GET /healthz of Service mysite-web answered 500");
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Deploying);
        assertThat(Conditions.find(status().conditions(), "Serving")
                        .orElseThrow()
                        .getMessage())
                .contains("answered 500");
    }

    @Test
    @DisplayName("what an application sets over Nuages' own values, or wants and is not there, is said in a sentence")
    void problemsAreSaid() {
        var yaml = WHOLE + """
                  config: {DEBUG: true, PAYMENTS: {currency: EUR}}
                  env: [{name: APP_VERSION, value: mine}]
                  secrets: [{name: stripe, keys: {STRIPE_API_KEY: api-key}}]
                """.indent(0);
        ready(yaml.replace("\nconfig:", "\n  config:")
                .replace("\nenv:", "\n  env:")
                .replace("\nsecrets:", "\n  secrets:"));
        assertThat(problems())
                .contains(
                        "config sets DEBUG in place of Nuages' own value",
                        "env sets APP_VERSION",
                        "there is no Secret/stripe");
        assertThat(variables(pod("mysite-web"))).containsEntry("APP_VERSION", "mine");
        assertThat(Secrets.text(cluster.get(Secret.class, "mysite-config"), "config.yaml")
                        .orElseThrow())
                .contains("DEBUG: true", "currency: \"EUR\"");
    }

    private void app(String yaml) {
        cluster.put(Serialization.unmarshal(yaml, DjangoApp.class));
    }

    private void change(String yaml) {
        var before = cluster.get(DjangoApp.class, "mysite");
        var changed = Serialization.unmarshal(yaml, DjangoApp.class);
        changed.setStatus(before.getStatus());
        cluster.put(changed);
    }

    private void ready(String yaml) {
        app(yaml);
        settle();
        needsReady();
        migrated();
        rolledOut();
        settle();
        superuserMade();
        settle();
        assertThat(status().phase()).as(message()).isEqualTo(Phase.Ready);
    }

    /** Every step of the migration, up to the last. */
    private void migrated() {
        settle();
        while (status().phase() == Phase.Migrating) {
            jobEnds("Complete");
            settle();
        }
    }

    /** The only one of a process. */
    private void webPod() {
        cluster.put(new PodBuilder()
                .withNewMetadata()
                .withName("mysite-web-1")
                .withNamespace("default")
                .withLabels(cluster.get(Deployment.class, "mysite-web")
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels())
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build());
    }

    private int settle() {
        return cluster.settle(kind, "mysite");
    }

    private Plan<DjangoAppStatus> plan() {
        var app = cluster.get(DjangoApp.class, "mysite");
        return kind.plan(app, kind.observe(app, cluster), NOW);
    }

    private DjangoAppStatus status() {
        return Objects.requireNonNull(cluster.get(DjangoApp.class, "mysite").getStatus());
    }

    private String message() {
        return Conditions.find(status().conditions(), "Ready").orElseThrow().getMessage();
    }

    private void needsReady() {
        ready("PostgresDatabase", "mysite", Map.of("databaseId", "db/1"));
        ready("RedisInstance", "mysite", Map.of());
        ready("RedisInstance", "mysite-durable", Map.of());
        ready("RabbitmqVhost", "mysite", Map.of());
        url("mysite-database", "postgres://mysite:s3cret@db:5432/mysite");
        url("mysite-redis", "redis://:s3cret@cache:6379/0");
        url("mysite-durable-redis", "redis://:s3cret@durable:6379/0");
        url("mysite-rabbitmq", "amqp://mysite:s3cret@rabbit:5672/mysite");
    }

    /** Gives an object of our own kinds, if it is there, the status of one that is ready. */
    private void ready(String kindName, String name, Map<String, String> status) {
        cluster.objects().stream()
                .filter(object -> object.getKind().equals(kindName)
                        && object.getMetadata().getName().equals(name))
                .forEach(object -> {
                    ObjectNode tree = JSON.valueToTree(object);
                    var now = tree.putObject("status");
                    status.forEach(now::put);
                    now.putArray("conditions")
                            .addObject()
                            .put("type", "Ready")
                            .put("status", "True")
                            .put("reason", "Ready")
                            .put("message", "it is")
                            .put("observedGeneration", object.getMetadata().getGeneration() + 1);
                    cluster.put(JSON.convertValue(tree, object.getClass()));
                });
    }

    private void url(String secret, String url) {
        cluster.put(Secrets.of(
                new ObjectMetaBuilder()
                        .withName(secret)
                        .withNamespace("default")
                        .withLabels(Map.of())
                        .build(),
                Map.of("url", url)));
    }

    private Job currentJob() {
        return cluster.get(
                Job.class, Objects.requireNonNull(status().migration()).job());
    }

    private void jobEnds(String condition) {
        end(currentJob(), condition);
    }

    private static void end(Job job, String condition) {
        job.setStatus(new JobStatusBuilder()
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .endCondition()
                .build());
    }

    private void superuserMade() {
        cluster.objects().stream()
                .filter(Job.class::isInstance)
                .map(Job.class::cast)
                .filter(job -> job.getMetadata().getName().startsWith("mysite-superuser-"))
                .forEach(job -> end(job, "Complete"));
    }

    private void rolledOut() {
        names(Deployment.class).forEach(this::rolledOut);
        names(StatefulSet.class).forEach(name -> {
            var set = cluster.get(StatefulSet.class, name);
            set.setStatus(new StatefulSetStatusBuilder()
                    .withObservedGeneration(set.getMetadata().getGeneration())
                    .withReplicas(set.getSpec().getReplicas())
                    .withUpdatedReplicas(set.getSpec().getReplicas())
                    .withReadyReplicas(set.getSpec().getReplicas())
                    .build());
        });
    }

    private void rolledOut(String name) {
        var deployment = cluster.get(Deployment.class, name);
        var replicas = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        deployment.setStatus(new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(replicas)
                .withUpdatedReplicas(replicas)
                .withAvailableReplicas(replicas)
                .build());
    }

    private SortedSet<String> names(Class<? extends HasMetadata> type) {
        var names = new TreeSet<String>();
        cluster.objects().stream()
                .filter(type::isInstance)
                .forEach(object -> names.add(object.getMetadata().getName()));
        return names;
    }

    private SortedSet<String> everything() {
        var all = new TreeSet<String>();
        cluster.objects().forEach(object -> all.add(ObjectRef.of(object).toString()));
        return all;
    }

    private static List<String> deleted(Plan<?> plan) {
        return plan.effects().stream()
                .filter(Effect.Delete.class::isInstance)
                .map(effect -> ((Effect.Delete) effect).object().toString())
                .toList();
    }

    private static List<String> applied(Plan<?> plan) {
        return plan.effects().stream()
                .filter(Effect.Apply.class::isInstance)
                .map(effect -> ObjectRef.of(((Effect.Apply) effect).wanted()).toString())
                .toList();
    }

    private List<String> services() {
        return cluster.get(Ingress.class, "mysite").getSpec().getRules().stream()
                .flatMap(rule -> rule.getHttp().getPaths().stream())
                .map(path -> path.getBackend().getService().getName())
                .toList();
    }

    private PodSpec pod(String deployment) {
        return cluster.get(Deployment.class, deployment).getSpec().getTemplate().getSpec();
    }

    private String image(String deployment) {
        return first(pod(deployment)).getImage();
    }

    private List<String> images(String deployment) {
        return pod(deployment).getInitContainers().stream()
                .map(Container::getImage)
                .toList();
    }

    private static Container first(PodSpec pod) {
        return pod.getContainers().getFirst();
    }

    private static List<String> command(PodSpec pod) {
        return first(pod).getCommand();
    }

    private static Map<String, String> variables(PodSpec pod) {
        var variables = new java.util.HashMap<String, String>();
        for (EnvVar variable : first(pod).getEnv()) {
            if (variable.getValue() != null) {
                variables.put(variable.getName(), variable.getValue());
            }
        }
        return variables;
    }
}
