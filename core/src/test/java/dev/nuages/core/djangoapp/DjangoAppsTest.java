package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseStatus;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.InMemoryCluster;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DjangoAppsTest {
    private static final String TRACEBACK = "Traceback\nValueError: colour is no colour, said k";
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final DjangoApps kind =
            new DjangoApps((namespace, service, host, path) -> new SiteAnswer(true, "it answers"));

    @BeforeEach
    void environmentAndApp() {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec: {postgres: {local: {}}, ingress: {port: 8080}}
                """, DjangoEnvironment.class));
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: default}
                spec: {image: mysite, version: "1.0", settings: mysite.settings, host: mysite.localhost, web: {replicas: 2}}
                """, DjangoApp.class));
    }

    @Test
    @DisplayName("a new application waits for its database, migrates, deploys, is ready, and then nothing is written")
    void fromNothingToReady() {
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Initializing);
        assertThat(cluster.find(Job.class, "default", "any")).isEmpty();
        databaseReady("db/1");
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Migrating);
        assertThat(cluster.find(Deployment.class, "default", "mysite-web")).isEmpty();
        jobEnds("Complete", "3 migrations are applied.");
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Deploying);
        rolledOut();
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Ready);
        assertThat(status().url()).isEqualTo("http://mysite.localhost:8080");
        assertThat(status().ready()).isEqualTo("2/2");
        assertThat(status().migratedVersion()).isEqualTo("1.0");
        cluster.takeEffects();
        assertThat(settle()).isZero();
        assertThat(cluster.takeEffects()).isEmpty();
    }

    @Test
    @DisplayName("while the next version migrates, and when that fails, the old one runs just as it was")
    void failedMigration() {
        ready();
        var before = web();
        change("1.1", 3);
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Migrating);
        assertThat(web().getSpec()).isEqualTo(before.getSpec());
        jobEnds("Failed", TRACEBACK);
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Error);
        assertThat(web().getSpec()).isEqualTo(before.getSpec());
        assertThat(migration().state()).isEqualTo(MigrationStatus.State.Failed);
        assertThat(migration().output()).contains("ValueError: colour is no colour");
        assertThat(Conditions.find(status().conditions(), "Ready").orElseThrow().getMessage())
                .contains("ValueError", "version 1.0 serves on", "nuages retry mysite -n default");
        assertThat(cluster.takeEffects())
                .filteredOn(Effect.Emit.class::isInstance)
                .extracting(effect -> ((Effect.Emit) effect).reason())
                .contains("MigrationFailed", "Error");
    }

    @Test
    @DisplayName("a failed migration is tried again, once, when it is asked for")
    void retry() {
        readyAndFailedToMigrate();
        var failed = migration();
        var app = app();
        app.getMetadata().setAnnotations(Map.of(Nuages.RETRY_ANNOTATION, "please"));
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Migrating);
        assertThat(migration().attempt()).isEqualTo(failed.attempt() + 1);
        assertThat(migration().job()).isNotEqualTo(failed.job());
        jobEnds("Failed", TRACEBACK);
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Error);
    }

    @Test
    @DisplayName("what is migrated is migrated once more when it is asked for, and serves meanwhile")
    void migrateOnceMore() {
        ready();
        var before = web();
        var done = migration();
        app().getMetadata().setAnnotations(Map.of(Nuages.RETRY_ANNOTATION, "the database was restored"));
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Migrating);
        assertThat(migration().attempt()).isEqualTo(done.attempt() + 1);
        assertThat(web().getSpec()).isEqualTo(before.getSpec());
        jobEnds("Failed", TRACEBACK);
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Error);
        assertThat(web().getSpec()).isEqualTo(before.getSpec());
        app().getMetadata().setAnnotations(Map.of(Nuages.RETRY_ANNOTATION, "it is mended"));
        settle();
        jobEnds("Complete", "");
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Ready);
        assertThat(migration().attempt()).isEqualTo(done.attempt() + 2);
    }

    @Test
    @DisplayName("setting the version back after a failed migration needs no migration, and what failed is still told")
    void backToTheOldVersion() {
        readyAndFailedToMigrate();
        change("1.0", 2);
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Ready);
        assertThat(Conditions.find(status().conditions(), "Migrated")
                        .orElseThrow()
                        .getMessage())
                .isEqualTo(
                        "version 1.0 is migrated; the migration to version 1.1 failed: ValueError: colour is no colour, said k");
    }

    @Test
    @DisplayName("a version that is wished for while another migrates waits for that one to end")
    void changedMindWhileMigrating() {
        ready();
        change("1.1", 2);
        settle();
        podRuns();
        var job = migration().job();
        change("1.2", 2);
        settle();
        assertThat(migration().job()).isEqualTo(job);
        jobEnds("Complete", "");
        settle();
        assertThat(migration().version()).isEqualTo("1.2");
        assertThat(status().release()).isNotNull();
        assertThat(status().migratedVersion()).isEqualTo("1.0");
    }

    @Test
    @DisplayName("a version runs when it is recorded as migrated, and only if the application is as it was read")
    void recordedBeforeItRuns() {
        settle();
        databaseReady("db/1");
        settle();
        jobEnds("Complete", "");
        var recording = plan();
        assertThat(recording.effects())
                .filteredOn(Effect.Apply.class::isInstance)
                .extracting(effect -> ((Effect.Apply) effect).wanted())
                .noneMatch(Deployment.class::isInstance);
        assertThat(recording.status().release()).isNotNull();
        app().setStatus(recording.status());
        var deploying = plan();
        assertThat(deploying.effects())
                .filteredOn(Effect.Apply.class::isInstance)
                .extracting(effect -> ((Effect.Apply) effect).wanted())
                .anyMatch(Deployment.class::isInstance);
        assertThat(deploying.confirmations())
                .contains(new Confirmation.Unchanged(
                        ObjectRef.of(app()), app().getMetadata().getResourceVersion()));
    }

    @Test
    @DisplayName("a Job is made suspended, where none is, and started only while it is that very one")
    void startedOnceMade() {
        settle();
        databaseReady("db/1");
        settle();
        cluster.delete(ObjectRef.of(cluster.get(Job.class, migration().job())));
        assertThat(plan().effects()).singleElement().isInstanceOfSatisfying(Effect.Create.class, create -> {
            assertThat(((Job) create.wanted()).getSpec().getSuspend()).isTrue();
            cluster.put(create.wanted());
        });
        var made = cluster.get(Job.class, migration().job());
        assertThat(plan().effects()).singleElement().isInstanceOfSatisfying(Effect.Apply.class, start -> {
            assertThat(((Job) start.wanted()).getSpec().getSuspend()).isFalse();
            assertThat(start.seen()).contains(made.getMetadata().getUid());
        });
    }

    @Test
    @DisplayName("the end of a Job is recorded only if that Job is just as it was seen")
    void endedAsSeen() {
        settle();
        databaseReady("db/1");
        settle();
        for (var end : List.of("Complete", "Failed")) {
            jobEnds(end, "");
            var job = cluster.get(Job.class, migration().job());
            assertThat(plan().confirmations())
                    .contains(new Confirmation.Unchanged(
                            ObjectRef.of(job), job.getMetadata().getResourceVersion()));
        }
    }

    @Test
    @DisplayName("it is ready when the pods that were replaced have ended, or should have")
    void formerPods() {
        ready();
        for (var gone : Arrays.asList(null, "2026-01-01T00:00:30Z")) {
            cluster.put(formerPod(gone));
            settle();
            assertThat(status().phase()).as("told to be gone: " + gone).isEqualTo(Phase.Deploying);
            assertThat(Conditions.find(status().conditions(), "Ready")
                            .orElseThrow()
                            .getMessage())
                    .contains("1 that it replaces may still answer");
        }
        cluster.put(formerPod("2025-12-31T23:59:59Z"));
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Ready);
    }

    @Test
    @DisplayName("while nobody knows how its processes should be, what there is stays")
    void nothingIsDeletedUnknown() {
        ready();
        cluster.delete(ObjectRef.of(web()));
        cluster.delete(ObjectRef.of(cluster.get(Secret.class, "mysite-database")));
        assertThat(plan().effects()).noneMatch(Effect.Delete.class::isInstance);
        cluster.put(Serialization.unmarshal(
                Serialization.asYaml(app()).replaceFirst("(?m)^  host: .*$", ""), DjangoApp.class));
        assertThat(plan().effects()).noneMatch(Effect.Delete.class::isInstance);
        assertThat(plan().status().phase()).isEqualTo(Phase.Error);
    }

    @Test
    @DisplayName("what somebody deletes comes back, and is said to have been deleted")
    void deletedDeployment() {
        ready();
        cluster.delete(ObjectRef.of(web()));
        cluster.takeEffects();
        settle();
        assertThat(cluster.takeEffects())
                .filteredOn(Effect.Apply.class::isInstance)
                .extracting(effect -> ((Effect.Apply) effect).drift())
                .containsExactly(List.of("deleted"));
        assertThat(web().getSpec().getReplicas()).isEqualTo(2);
    }

    @Test
    @DisplayName("another database under the same name is migrated anew")
    void databaseLost() {
        ready();
        databaseReady("db/2");
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Migrating);
    }

    private Plan<DjangoAppStatus> plan() {
        return kind.plan(app(), kind.observe(app(), cluster), Instant.parse("2026-01-01T00:00:00Z"));
    }

    private int settle() {
        return cluster.settle(kind, "mysite");
    }

    private void ready() {
        settle();
        databaseReady("db/1");
        settle();
        jobEnds("Complete", "");
        settle();
        rolledOut();
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Ready);
    }

    private DjangoApp app() {
        return cluster.get(DjangoApp.class, "mysite");
    }

    private DjangoAppStatus status() {
        return Objects.requireNonNull(app().getStatus());
    }

    private MigrationStatus migration() {
        return Objects.requireNonNull(status().migration());
    }

    private Deployment web() {
        return cluster.get(Deployment.class, "mysite-web");
    }

    private void readyAndFailedToMigrate() {
        ready();
        change("1.1", 2);
        settle();
        jobEnds("Failed", TRACEBACK);
        settle();
    }

    private void change(String version, int replicas) {
        var yaml = Serialization.asYaml(app())
                .replaceFirst("(?m)^  version: .*$", "  version: \"" + version + "\"")
                .replaceFirst("(?m)^    replicas: .*$", "    replicas: " + replicas);
        cluster.put(Serialization.unmarshal(yaml, DjangoApp.class));
    }

    private void databaseReady(String id) {
        var database = cluster.get(PostgresDatabase.class, "mysite");
        database.setStatus(new PostgresDatabaseStatus(
                "mysite",
                id,
                "mysite-database",
                97,
                database.getMetadata().getGeneration(),
                List.of(new ConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .withReason("Usable")
                        .withObservedGeneration(database.getMetadata().getGeneration())
                        .build())));
        cluster.put(Secrets.of(
                new ObjectMetaBuilder()
                        .withName("mysite-database")
                        .withNamespace("default")
                        .withLabels(Map.of())
                        .build(),
                Map.of("url", "postgres://mysite:secret@db:5432/mysite")));
    }

    private void podRuns() {
        cluster.put(pod().editStatus()
                .addNewContainerStatus()
                .withName("migration")
                .withState(new ContainerStateBuilder()
                        .withNewRunning()
                        .endRunning()
                        .build())
                .endContainerStatus()
                .endStatus()
                .build());
    }

    private void jobEnds(String condition, String output) {
        var job = cluster.get(Job.class, migration().job());
        job.setStatus(new JobStatusBuilder()
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .endCondition()
                .build());
        cluster.put(pod().editStatus()
                .addNewContainerStatus()
                .withName("migration")
                .withState(new ContainerStateBuilder()
                        .withNewTerminated()
                        .withMessage(output)
                        .endTerminated()
                        .build())
                .endContainerStatus()
                .endStatus()
                .build());
    }

    private PodBuilder pod() {
        var job = cluster.get(Job.class, migration().job());
        var labels = new java.util.TreeMap<>(job.getMetadata().getLabels());
        labels.put("batch.kubernetes.io/job-name", migration().job());
        return new PodBuilder(new Pod())
                .withNewMetadata()
                .withName(migration().job() + "-x")
                .withNamespace("default")
                .withLabels(labels)
                .endMetadata()
                .withNewStatus()
                .endStatus();
    }

    private Pod formerPod(@Nullable String deleted) {
        var labels = new java.util.TreeMap<>(
                web().getSpec().getTemplate().getMetadata().getLabels());
        labels.put("app.kubernetes.io/version", "0.9");
        return new PodBuilder()
                .withNewMetadata()
                .withName("mysite-web-former")
                .withNamespace("default")
                .withLabels(labels)
                .withDeletionTimestamp(deleted)
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    private void rolledOut() {
        var web = web();
        var replicas = web.getSpec().getReplicas();
        web.setStatus(new DeploymentStatusBuilder()
                .withObservedGeneration(web.getMetadata().getGeneration())
                .withReplicas(replicas)
                .withUpdatedReplicas(replicas)
                .withAvailableReplicas(replicas)
                .build());
    }
}
