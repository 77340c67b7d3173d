package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseStatus;
import dev.nuages.core.InMemoryCluster;
import dev.nuages.core.Plan;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A site of web processes only in a cluster in memory, whose database, Jobs and pods do as a test says. */
final class WebInMemory {
    static final String TRACEBACK = "Traceback\nValueError: colour is no colour, said k";

    final InMemoryCluster cluster = new InMemoryCluster();
    private final DjangoApps kind =
            new DjangoApps((namespace, service, host, path) -> new SiteAnswer(true, "it answers"));

    WebInMemory() {
        environment("");
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: default}
                spec: {image: mysite, version: "1.0", settings: mysite.settings, host: mysite.localhost, web: {replicas: 2}}
                """, DjangoApp.class));
    }

    /** Its environment, with more lines. */
    void environment(String more) {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec:
                  postgres: {local: {}}
                  ingress: {port: 8080}
                  %s
                """.formatted(more), DjangoEnvironment.class));
    }

    Plan<DjangoAppStatus> plan() {
        return kind.plan(app(), kind.observe(app(), cluster), Instant.parse("2026-01-01T00:00:00Z"));
    }

    int settle() {
        return cluster.settle(kind, "mysite");
    }

    void ready() {
        settle();
        databaseReady("db/1");
        settle();
        jobEnds("Complete", "");
        settle();
        rolledOut();
        settle();
        assertThat(status().phase()).isEqualTo(Phase.Ready);
    }

    DjangoApp app() {
        return cluster.get(DjangoApp.class, "mysite");
    }

    DjangoAppStatus status() {
        return Objects.requireNonNull(app().getStatus());
    }

    MigrationStatus migration() {
        return Objects.requireNonNull(status().migration());
    }

    Deployment web() {
        return cluster.get(Deployment.class, "mysite-web");
    }

    void readyAndFailedToMigrate() {
        ready();
        change("1.1", 2);
        settle();
        jobEnds("Failed", TRACEBACK);
        settle();
    }

    void change(String version, int replicas) {
        var yaml = Serialization.asYaml(app())
                .replaceFirst("(?m)^  version: .*$", "  version: \"" + version + "\"")
                .replaceFirst("(?m)^    replicas: .*$", "    replicas: " + replicas);
        cluster.put(Serialization.unmarshal(yaml, DjangoApp.class));
    }

    void databaseReady(String id) {
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

    void podRuns() {
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

    void jobEnds(String condition, String output) {
        jobEnds(condition);
        cluster.put(pod().editStatus()
                .withPhase(condition.equals("Failed") ? "Failed" : "Succeeded")
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

    /** Its pod's end is not heard of yet. */
    void jobEnds(String condition) {
        SiteInMemory.end(cluster.get(Job.class, migration().job()), condition);
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

    Pod formerPod(@Nullable String deleted) {
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

    void rolledOut() {
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
