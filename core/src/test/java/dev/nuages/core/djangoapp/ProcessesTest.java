package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static dev.nuages.core.djangoapp.SiteInMemory.applied;
import static dev.nuages.core.djangoapp.SiteInMemory.command;
import static dev.nuages.core.djangoapp.SiteInMemory.deleted;
import static dev.nuages.core.djangoapp.SiteInMemory.first;
import static dev.nuages.core.djangoapp.SiteInMemory.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.core.Confirmation;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every process that an application may have, through the plans alone. */
class ProcessesTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName("a Deployment that comes back while the next version is not migrated is marked as its like are")
    void deletedMeanwhile() {
        site.ready(WHOLE);
        var mark = site.webMark();
        site.change(WHOLE.replace("1.0", "1.1") + "  config: {COLOUR: blue}\n");
        site.settle();
        site.jobEnds("Failed");
        site.cluster.delete(new ObjectRef(Deployment.class, "default", "mysite-web"));
        site.settle();
        assertThat(site.webMark()).isEqualTo(mark);
        site.names(Deployment.class).stream()
                .filter(name -> !name.equals("mysite-static"))
                .forEach(name -> site.cluster.delete(new ObjectRef(Deployment.class, "default", name)));
        site.names(StatefulSet.class)
                .forEach(name -> site.cluster.delete(new ObjectRef(StatefulSet.class, "default", name)));
        site.names(CronJob.class).forEach(name -> site.cluster.delete(new ObjectRef(CronJob.class, "default", name)));
        site.settle();
        assertThat(site.webMark()).as("nobody knows").isEqualTo("held");
    }

    @Test
    @DisplayName("a project that serves all by one ASGI server has Channels' layer where it asks for its Redis")
    void oneServerForAll() {
        var app = """
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: default}
                spec: {image: mysite, version: "1.0", settings: mysite.settings, host: mysite.localhost, web: {server: Daphne}%s}
                """;
        site.ready(app.formatted(", durableRedis: {}"));
        assertThat(Secrets.texts(site.cluster.get(Secret.class, "mysite-env")))
                .containsEntry("CHANNEL_LAYER_URL", "redis://:s3cret@durable:6379/1");
        assertThat(site.names(Deployment.class)).containsExactly("mysite-web");
        site.change(app.formatted(""));
        site.settle();
        assertThat(Secrets.texts(site.cluster.get(Secret.class, "mysite-env"))).doesNotContainKey("CHANNEL_LAYER_URL");
    }

    @Test
    @DisplayName("the volume for uploads grows when that is asked for, or by other hands, and never becomes smaller")
    void uploadsGrow() {
        site.ready(WHOLE);
        site.change(WHOLE.replace("{volume: {size: 1Gi}}", "{volume: {size: 2048Mi}}"));
        site.settle();
        assertThat(uploads()).containsEntry("storage", new Quantity("2Gi"));

        uploads().put("storage", new Quantity("3Gi"));
        site.settle();
        assertThat(uploads()).containsEntry("storage", new Quantity("3Gi"));
        site.change(WHOLE);
        site.settle();
        assertThat(uploads()).containsEntry("storage", new Quantity("3Gi"));
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
    }

    private Map<String, Quantity> uploads() {
        return site.cluster
                .get(PersistentVolumeClaim.class, "mysite-media")
                .getSpec()
                .getResources()
                .getRequests();
    }

    @Test
    @DisplayName("the password of a superuser who was made is not made up again when its Secret is gone")
    void superusersPassword() {
        site.ready(WHOLE);
        assertThat(site.status().superuser()).isEqualTo("admin in db/1");
        site.cluster.delete(new ObjectRef(Secret.class, "default", "mysite-superuser"));
        site.settle();
        assertThat(site.names(Secret.class)).doesNotContain("mysite-superuser");
        assertThat(site.problems())
                .startsWith("Secret mysite-superuser is gone, with the password of superuser admin")
                .contains("kubectl exec -n default -it deploy/mysite-web -- python -m django changepassword admin");
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);

        site.change(WHOLE.replace("username: admin", "username: root"));
        site.settle();
        assertThat(site.names(Secret.class)).as("another one is made").contains("mysite-superuser");
    }

    @Test
    @DisplayName(
            "a superuser who could not be made is tried again when anything that it reads changes, or it is asked for")
    void superuserAgain() {
        site.app(WHOLE);
        site.settle();
        site.needsReady();
        site.migrated();
        site.rolledOut();
        site.settle();
        var first = site.superuserJob();
        SiteInMemory.end(first, "Failed");
        site.settle();
        assertThat(site.message()).contains("the superuser could not be made", "nuages retry mysite -n default");
        assertThat(site.superuserJob()).isSameAs(first);

        site.change(WHOLE + "  env: [{name: DJANGO_SUPERUSER_COMPANY, value: ours}]\n");
        site.settle();
        var second = site.superuserJob();
        assertThat(second.getMetadata().getName())
                .isNotEqualTo(first.getMetadata().getName());
        SiteInMemory.end(second, "Failed");
        site.settle();
        assertThat(site.superuserJob()).isSameAs(second);

        site.retry("please");
        site.settle();
        site.migrated();
        site.rolledOut();
        site.settle();
        assertThat(site.superuserJob().getMetadata().getName())
                .isNotEqualTo(second.getMetadata().getName());
        site.superuserMade();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
    }

    @Test
    @DisplayName(
            "a whole site goes through hooks and migration, one Job after the other, and is ready with every process")
    void wholeSite() {
        site.app(WHOLE);
        site.settle();
        site.needsReady();
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        assertThat(site.currentJob()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .containsExactly("check", "--deploy");
        assertThat(variables(site.currentJob().getSpec().getTemplate().getSpec()))
                .as("a command that meets a lock waits, for it could not be begun again")
                .doesNotContainKey("PGOPTIONS");
        site.jobEnds("Complete");
        site.settle();
        assertThat(site.currentJob()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .isEmpty();
        assertThat(variables(site.currentJob().getSpec().getTemplate().getSpec()))
                .containsEntry("PGOPTIONS", "-c lock_timeout=5s");
        assertThat(site.cluster.find(Deployment.class, "default", "mysite-web")).isEmpty();
        site.jobEnds("Complete");
        site.settle();
        assertThat(site.currentJob()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .containsExactly("createcachetable");
        assertThat(site.status().migratedVersion()).isNull();
        site.jobEnds("Complete");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Deploying);
        assertThat(site.names(Deployment.class))
                .containsExactly(
                        "mysite-celery-default",
                        "mysite-celery-slow",
                        "mysite-channels-thumbnails",
                        "mysite-static",
                        "mysite-web",
                        "mysite-websockets");
        assertThat(site.names(StatefulSet.class)).containsExactly("mysite-beat");
        assertThat(site.names(CronJob.class)).containsExactly("mysite-task-cleanup");
        site.rolledOut();
        site.settle();
        site.superuserMade();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        assertThat(site.status().superuser()).isEqualTo("admin in db/1");
        site.cluster.takeEffects();
        assertThat(site.settle()).isZero();
        assertThat(Serialization.unmarshal(Serialization.asJson(site.status()), DjangoAppStatus.class))
                .as("read again")
                .isEqualTo(site.status());
    }

    @Test
    @DisplayName("a hook that fails stops the deploy, and says which it was")
    void failedHook() {
        site.app(WHOLE);
        site.settle();
        site.needsReady();
        site.settle();
        site.jobEnds("Failed");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(site.message()).contains("hook check of version 1.0 failed", "nuages retry mysite");
        assertThat(site.cluster.find(Deployment.class, "default", "mysite-web")).isEmpty();
    }

    @Test
    @DisplayName("the pods have the defaults that running Django well takes")
    void defaults() {
        site.ready(WHOLE);
        var web = site.pod("mysite-web");
        assertThat(command(web)).contains("--worker-tmp-dir=/dev/shm", "--bind=0.0.0.0:8000", "--graceful-timeout=30");
        assertThat(variables(web)).containsEntry("FORWARDED_ALLOW_IPS", "*").containsEntry("CONN_MAX_AGE", "60");
        assertThat(web.getTerminationGracePeriodSeconds()).isEqualTo(10 + 30 + 5);
        assertThat(web.getEnableServiceLinks()).isFalse();
        assertThat(web.getAutomountServiceAccountToken()).isFalse();
        assertThat(first(web).getLifecycle().getPreStop().getSleep().getSeconds())
                .isEqualTo(10);
        assertThat(first(web).getReadinessProbe().getHttpGet().getHttpHeaders())
                .extracting(header -> header.getName() + ": " + header.getValue())
                .containsExactly("Host: mysite.localhost", "X-Forwarded-Proto: https");
        var websockets = site.pod("mysite-websockets");
        assertThat(command(websockets)).contains("-b", "0.0.0.0", "--proxy-headers", "mysite.asgi:application");
        assertThat(variables(websockets))
                .containsEntry("CONN_MAX_AGE", "0")
                .containsEntry("NUAGES_DRAIN_SECONDS", "20");
        assertThat(websockets.getTerminationGracePeriodSeconds()).isEqualTo(10 + 20 + 5);
        var slow = site.pod("mysite-celery-slow");
        assertThat(command(slow))
                .startsWith("celery", "-A", "mysite", "worker")
                .contains("--queues=slow,bulk", "--concurrency=1", "--pool=threads");
        assertThat(slow.getTerminationGracePeriodSeconds()).isEqualTo(605);
        assertThat(first(slow).getLivenessProbe()).isNull();
        assertThat(command(site.pod("mysite-celery-default"))).contains("--queues=celery", "--pool=prefork");
        assertThat(command(site.pod("mysite-channels-thumbnails")))
                .containsExactly("python", "-c", Scripts.RUNWORKER, "thumbnail");
        var beat = site.cluster.get(StatefulSet.class, "mysite-beat");
        assertThat(beat.getSpec().getReplicas()).isEqualTo(1);
        assertThat(command(beat.getSpec().getTemplate().getSpec()))
                .startsWith("python", "-c", Scripts.BEAT, "-A", "mysite", "beat")
                .contains("--pidfile=", "--schedule=/var/lib/celery/celerybeat-schedule", "beat_sync_every=1")
                .doesNotContain("-B");
        var caddy = site.cluster.get(ConfigMap.class, "mysite-static").getData().get("Caddyfile");
        assertThat(caddy).contains("handle_path /static/*", "handle_path /media/*", "immutable", "encode zstd gzip");
    }

    @Test
    @DisplayName("a component that is taken out of the spec goes, and nothing else does")
    void removed() {
        site.ready(WHOLE);
        var before = site.everything();
        site.change(WHOLE.replace("  channelWorkers: {thumbnails: {channels: [thumbnail]}}\n", ""));
        site.settle();
        var expected = new TreeSet<>(before);
        expected.remove("Deployment/mysite-channels-thumbnails");
        expected.remove("PodDisruptionBudget/mysite-channels-thumbnails");
        assertThat(site.everything()).isEqualTo(expected);
        site.change(WHOLE.replace("  channelWorkers: {thumbnails: {channels: [thumbnail]}}\n", "")
                .replace("  media: {volume: {size: 1Gi}}\n", ""));
        site.settle();
        assertThat(site.everything()).as("uploads are data").isEqualTo(expected);
    }

    @Test
    @DisplayName("beat never two: another beat is made only when the one before is gone, asked of the API server")
    void beatNeverTwo() {
        site.ready(WHOLE);
        site.change(WHOLE.replace("beat: {}", "beat: {scheduler: Database}"));
        var plan = site.plan();
        assertThat(applied(plan)).as("a StatefulSet cannot lose its volume").doesNotContain("StatefulSet/mysite-beat");
        assertThat(deleted(plan)).contains("StatefulSet/mysite-beat");
        site.cluster.delete(new ObjectRef(StatefulSet.class, "default", "mysite-beat"));
        plan = site.plan();
        assertThat(applied(plan)).contains("StatefulSet/mysite-beat");
        assertThat(plan.status().phase()).isEqualTo(Phase.Deploying);
        site.settle();
        assertThat(site.cluster.get(StatefulSet.class, "mysite-beat").getSpec().getVolumeClaimTemplates())
                .isEmpty();
        site.change(WHOLE.replace("beat: {}", "beat: {scheduler: RedBeat}"));
        plan = site.plan();
        assertThat(applied(plan)).doesNotContain("Deployment/mysite-beat");
        assertThat(deleted(plan)).contains("StatefulSet/mysite-beat");
        site.cluster.delete(new ObjectRef(StatefulSet.class, "default", "mysite-beat"));
        plan = site.plan();
        assertThat(applied(plan)).contains("Deployment/mysite-beat");
        assertThat(plan.confirmations())
                .contains(new Confirmation.Absent(new ObjectRef(StatefulSet.class, "default", "mysite-beat")));
    }

    @Test
    @DisplayName("somebody else's object in place of another beat is said, and all else runs")
    void beatInTheWay() {
        site.ready(WHOLE.replace("beat: {}", "beat: {scheduler: RedBeat}"));
        var theirs = Serialization.clone(site.cluster.get(Deployment.class, "mysite-beat"));
        site.cluster.delete(ObjectRef.of(theirs));
        site.cluster.put(new StatefulSetBuilder()
                .withMetadata(
                        theirs.getMetadata().toBuilder().withOwnerReferences().build())
                .withNewSpec()
                .endSpec()
                .build());
        site.settle();
        assertThat(site.message())
                .isEqualTo("StatefulSet/mysite-beat exists and was not made for this application: rename or delete it");
        assertThat(site.names(StatefulSet.class)).contains("mysite-beat");
        assertThat(site.names(Deployment.class)).contains("mysite-web").doesNotContain("mysite-beat");
        site.cluster.delete(new ObjectRef(StatefulSet.class, "default", "mysite-beat"));
        site.settle();
        assertThat(site.names(Deployment.class)).contains("mysite-beat");
    }

    @Test
    @DisplayName("a broker that is not asked for any more stays until the last worker has ended")
    void brokerStays() {
        site.ready(WHOLE);
        var labels = site.cluster
                .get(Deployment.class, "mysite-celery-slow")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
        var worker = site.cluster.put(new PodBuilder()
                .withNewMetadata()
                .withName("mysite-celery-slow-x")
                .withNamespace("default")
                .withLabels(labels)
                .endMetadata()
                .build());
        site.change(WHOLE.replaceAll("(?s)  celery:.*?(  staticFiles)", "$1"));
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.cluster.find(Deployment.class, "default", "mysite-celery-slow"))
                .isEmpty();
        assertThat(site.cluster.find(RabbitmqVhost.class, "default", "mysite")).isPresent();
        worker.getMetadata().setDeletionTimestamp("2099-01-01T00:00:00Z");
        site.settle();
        assertThat(site.cluster.find(RabbitmqVhost.class, "default", "mysite")).isPresent();
        site.cluster.delete(ObjectRef.of(worker));
        site.settle();
        assertThat(site.cluster.find(RabbitmqVhost.class, "default", "mysite")).isEmpty();
    }

    @Test
    @DisplayName("RedBeat has two pods, a short loop, a Redis that never evicts and a prefix of its own")
    void redBeat() {
        site.ready(WHOLE.replace("beat: {}", "beat: {scheduler: RedBeat}")
                .replace("celery:\n", "celery:\n    broker: Redis\n"));
        assertThat(site.cluster.get(Deployment.class, "mysite-beat").getSpec().getReplicas())
                .isEqualTo(2);
        assertThat(command(site.pod("mysite-beat")))
                .contains("--scheduler=redbeat.RedBeatScheduler", "--max-interval=5");
        assertThat(Secrets.texts(site.cluster.get(Secret.class, "mysite-env")))
                .containsEntry("REDBEAT_KEY_PREFIX", "default:mysite:redbeat:")
                .containsEntry("REDBEAT_REDIS_URL", "redis://:s3cret@durable:6379/2")
                .containsEntry("CELERY_BROKER_URL", "redis://:s3cret@durable:6379/0")
                .containsEntry("CELERY_BROKER_TRANSPORT_OPTIONS", "{\"visibility_timeout\":3600}");
    }
}
