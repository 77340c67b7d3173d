package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseSpec;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Applications that are paused or stopped, through the plans alone. */
class StandstillTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName("a paused application is left alone, and says so; afterwards all is put right")
    void paused() {
        site.ready(WHOLE);
        site.change(WHOLE.replace("replicas: 2", "replicas: 7") + "  paused: true\n");
        site.cluster.delete(new ObjectRef(Deployment.class, "default", "mysite-static"));
        site.cluster.takeEffects();
        site.settle();
        assertThat(site.cluster.takeEffects())
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Emit.class, event -> assertThat(event.reason()).isEqualTo("Paused"));
        assertThat(Conditions.isTrue(site.status().conditions(), "Paused", null))
                .isTrue();
        site.change(WHOLE.replace("replicas: 2", "replicas: 7"));
        site.settle();
        assertThat(site.cluster.get(Deployment.class, "mysite-web").getSpec().getReplicas())
                .isEqualTo(7);
        assertThat(site.names(Deployment.class)).contains("mysite-static");
        assertThat(Conditions.find(site.status().conditions(), "Paused")).isEmpty();
    }

    @Test
    @DisplayName("that data is to stay is heard while it is paused: deleted then, it would take all with it")
    void pausedAndToBeRetained() {
        site.ready(WHOLE + "  deletionPolicy: Delete\n");
        site.change(WHOLE.replace("replicas: 2", "replicas: 7") + "  deletionPolicy: Retain\n  paused: true\n");
        var plan = site.plan();
        assertThat(plan.confirmations()).isNotEmpty();
        assertThat(plan.effects().stream()
                        .filter(Effect.Apply.class::isInstance)
                        .map(effect -> ((Effect.Apply) effect).wanted()))
                .extracting(wanted -> ObjectRef.of(wanted).toString())
                .containsExactly(
                        "PostgresServer/mysite",
                        "PostgresDatabase/mysite",
                        "RedisInstance/mysite",
                        "RedisInstance/mysite-durable",
                        "RabbitmqVhost/mysite");
        assertThat(plan.effects().stream()
                        .filter(Effect.Remove.class::isInstance)
                        .map(effect -> ((Effect.Remove) effect)))
                .allSatisfy(remove -> assertThat(remove.pointers()).containsExactly("/metadata/ownerReferences/0"))
                .extracting(remove -> remove.object().toString())
                .contains("Secret/mysite-secret-key", "PersistentVolumeClaim/mysite-media");
        var database = new PostgresDatabaseSpec("mysite", null, null, DeletionPolicy.Retain);
        assertThat(plan.effects())
                .filteredOn(effect -> effect instanceof Effect.Apply apply
                        && apply.wanted() instanceof PostgresDatabase wanted
                        && wanted.getSpec().equals(database))
                .hasSize(1);
    }

    @Test
    @DisplayName("that data is to go waits until it is not paused any more, and it says so until then")
    void pausedAndToBeDeleted() {
        site.ready(WHOLE + "  deletionPolicy: Retain\n");
        site.change(WHOLE + "  deletionPolicy: Retain\n  paused: true\n");
        site.settle();
        assertThat(site.message()).doesNotContain("deletionPolicy");
        site.change(WHOLE + "  deletionPolicy: Delete\n  paused: true\n");
        site.cluster.takeEffects();
        site.settle();
        assertThat(site.cluster.takeEffects()).isEmpty();
        assertThat(site.message())
                .isEqualTo("spec.paused is set: nothing is changed, put back or deployed until it is taken away;"
                        + " nor does deletionPolicy Delete hold yet: if it is deleted now, its data stays");
        site.change(WHOLE + "  deletionPolicy: Delete\n");
        site.settle();
        assertThat(site.cluster.get(PostgresServer.class, "mysite").getSpec().deletionPolicy())
                .isEqualTo(DeletionPolicy.Delete);
        site.change(WHOLE + "  deletionPolicy: Delete\n  paused: true\n");
        site.settle();
        assertThat(site.message()).doesNotContain("deletionPolicy");
    }

    @Test
    @DisplayName("a stopped application has no process, and keeps its data")
    void stopped() {
        site.ready(WHOLE);
        var before = site.everything();
        site.change(WHOLE + "  stopped: true\n");
        site.webPod();
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Deploying);
        assertThat(site.message()).isEqualTo("what is in hand is being ended, by mysite-web-1");
        assertThat(site.cluster.get(PostgresServer.class, "mysite").getSpec().stopped())
                .as("while a process may still use it")
                .isNull();
        site.cluster.delete(new ObjectRef(Pod.class, "default", "mysite-web-1"));
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Stopped);
        assertThat(site.everything()).isEqualTo(before);
        assertThat(site.cluster.get(PostgresServer.class, "mysite").getSpec().stopped())
                .isTrue();
        assertThat(site.cluster.get(RedisInstance.class, "mysite").getSpec().stopped())
                .isTrue();
        assertThat(site.cluster
                        .get(RedisInstance.class, "mysite-durable")
                        .getSpec()
                        .stopped())
                .isTrue();
        assertThat(site.cluster.get(RabbitmqVhost.class, "mysite").getSpec().stopped())
                .isTrue();
        for (var name : site.names(Deployment.class)) {
            assertThat(site.cluster.get(Deployment.class, name).getSpec().getReplicas())
                    .as(name)
                    .isZero();
        }
        assertThat(site.cluster.get(StatefulSet.class, "mysite-beat").getSpec().getReplicas())
                .isZero();
        assertThat(site.cluster
                        .get(CronJob.class, "mysite-task-cleanup")
                        .getSpec()
                        .getSuspend())
                .isTrue();
        assertThat(site.cluster.find(PersistentVolumeClaim.class, "default", "mysite-media"))
                .isPresent();
    }

    @Test
    @DisplayName("a pod that was lost with its node keeps no server of a stopped application running")
    void stoppedWithALostPod() {
        site.ready(WHOLE);
        site.change(WHOLE + "  stopped: true\n");
        site.webPod();
        site.cluster.get(Pod.class, "mysite-web-1").getMetadata().setDeletionTimestamp("2025-12-31T23:59:00Z");
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Stopped);
        assertThat(site.cluster.get(PostgresServer.class, "mysite").getSpec().stopped())
                .isTrue();
    }

    @Test
    @DisplayName("stopped amid a migration, its database is there until the last of the steps has ended")
    void stoppedAmidAMigration() {
        site.ready(WHOLE);
        var next = WHOLE.replace("\"1.0\"", "\"1.1\"");
        site.change(next);
        site.settle();
        site.change(next + "  stopped: true\n");
        site.settle();
        site.rolledOut();
        site.jobEnds("Complete");
        var between = site.plan();
        assertThat(Objects.requireNonNull(between.status().migration()).step())
                .as("the step that is to follow")
                .isEqualTo(1);
        site.settle();
        assertThat(site.cluster.get(PostgresServer.class, "mysite").getSpec().stopped())
                .isNull();
        site.migrated();
        site.rolledOut();
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Stopped);
        assertThat(site.status().migratedVersion()).isEqualTo("1.1");
        assertThat(site.cluster.get(PostgresServer.class, "mysite").getSpec().stopped())
                .isTrue();
    }

    @Test
    @DisplayName("a stopped application has no page of maintenance either: its servers stop, and all comes back")
    void stoppedInMaintenance() {
        site.ready(WHOLE);
        var inMaintenance = WHOLE + "  maintenance: true\n";
        site.change(inMaintenance);
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(pages()).isEqualTo(1);
        site.change(inMaintenance + "  stopped: true\n");
        site.settle();
        assertThat(pages()).isZero();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Stopped);
        site.change(inMaintenance);
        site.settle();
        assertThat(pages()).isEqualTo(1);
    }

    private int pages() {
        return site.cluster
                .get(Deployment.class, "mysite-maintenance")
                .getSpec()
                .getReplicas();
    }
}
