package dev.nuages.operator;

import dev.nuages.core.PostgresAddress;
import dev.nuages.core.djangoapp.SiteAnswer;
import dev.nuages.operator.postgresdatabase.PostgresProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Plays the controllers and the kubelet: says of StatefulSets, Jobs and Deployments what those would. */
final class Cast implements AutoCloseable {
    private final KubernetesClient admin;
    private final Map<String, PostgresProcess> servers = new ConcurrentHashMap<>();

    Cast(KubernetesClient admin) {
        this.admin = admin;
    }

    /** The way from the test to a server that is played by a process on the loopback address. */
    PostgresAddress route(PostgresAddress address) {
        var process = servers.get(address.host());
        return process == null
                ? new PostgresAddress("127.0.0.1", 1, address.namespace(), address.adminSecret())
                : new PostgresAddress("127.0.0.1", process.port(), address.namespace(), address.adminSecret());
    }

    /** Every site answers: no pod runs here. */
    SiteAnswer site(String namespace, String service, String host, String path) {
        return new SiteAnswer(true, "GET " + path + " of Service " + service + " answered 200");
    }

    /** Starts a real PostgreSQL with the administrator's password of its Secret, and says that the pod is ready. */
    PostgresProcess startPostgres(String namespace, String server) throws IOException {
        var set = awaitStatefulSet(namespace, server + "-postgres");
        var secret = Eventually.find(
                "the Secret of " + server,
                () -> Optional.ofNullable(admin.secrets()
                        .inNamespace(namespace)
                        .withName(server + "-postgres-admin")
                        .get()),
                () -> "");
        var password = new String(Base64.getDecoder().decode(secret.getData().get("password")), StandardCharsets.UTF_8);
        var process = PostgresProcess.start(Files.createTempDirectory("nuages-postgres"), password);
        servers.put(server + "-postgres." + namespace + ".svc", process);
        becomeReady(set);
        return process;
    }

    private StatefulSet awaitStatefulSet(String namespace, String name) {
        return Eventually.find(
                "StatefulSet " + name,
                () -> Optional.ofNullable(admin.apps()
                        .statefulSets()
                        .inNamespace(namespace)
                        .withName(name)
                        .get()),
                () -> "");
    }

    private void becomeReady(StatefulSet set) {
        admin.resource(set).editStatus(now -> {
            now.setStatus(new StatefulSetStatusBuilder()
                    .withObservedGeneration(now.getMetadata().getGeneration())
                    .withReplicas(1)
                    .withReadyReplicas(1)
                    .withUpdatedReplicas(1)
                    .withAvailableReplicas(1)
                    .build());
            return now;
        });
    }

    /** The Job that is under way: started, and neither complete nor failed. */
    Job awaitMigration(String namespace) {
        return Eventually.find(
                "a migration's Job",
                () -> admin.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
                        .filter(job -> !Boolean.TRUE.equals(job.getSpec().getSuspend()))
                        .filter(job -> job.getStatus() == null
                                || job.getStatus().getConditions().isEmpty())
                        .findFirst(),
                () -> String.valueOf(
                        admin.batch().v1().jobs().inNamespace(namespace).list()));
    }

    void complete(Job job) {
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        end(
                job,
                new JobStatusBuilder()
                        .withStartTime(now)
                        .withCompletionTime(now)
                        .withSucceeded(1)
                        .withNewUncountedTerminatedPods()
                        .endUncountedTerminatedPods()
                        .addNewCondition()
                        .withType("SuccessCriteriaMet")
                        .withStatus("True")
                        .endCondition()
                        .addNewCondition()
                        .withType("Complete")
                        .withStatus("True")
                        .endCondition()
                        .build());
    }

    /** Lets the Job's pod end with a termination message, and the Job fail. */
    void fail(Job job, String output) {
        var meta = job.getMetadata();
        var pod = admin.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(meta.getName() + "-pod")
                        .withNamespace(meta.getNamespace())
                        .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                        .addToLabels("batch.kubernetes.io/job-name", meta.getName())
                        .endMetadata()
                        .withSpec(job.getSpec().getTemplate().getSpec())
                        .build())
                .create();
        admin.resource(pod).editStatus(now -> terminated(now, output));
        end(
                job,
                new JobStatusBuilder()
                        .withStartTime(
                                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                        .withFailed(1)
                        .withNewUncountedTerminatedPods()
                        .endUncountedTerminatedPods()
                        .addNewCondition()
                        .withType("FailureTarget")
                        .withStatus("True")
                        .withReason("BackoffLimitExceeded")
                        .endCondition()
                        .addNewCondition()
                        .withType("Failed")
                        .withStatus("True")
                        .withReason("BackoffLimitExceeded")
                        .endCondition()
                        .build());
    }

    private static Pod terminated(Pod pod, String output) {
        return new PodBuilder(pod)
                .withNewStatus()
                .withPhase("Failed")
                .addNewContainerStatus()
                .withName(pod.getSpec().getContainers().getFirst().getName())
                .withImage("image")
                .withImageID("image")
                .withReady(false)
                .withRestartCount(0)
                .withNewState()
                .withNewTerminated()
                .withExitCode(1)
                .withMessage(output)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    private void end(Job job, JobStatus status) {
        admin.resource(job).editStatus(now -> {
            now.setStatus(status);
            return now;
        });
    }

    /** Says of the Deployment that all its pods run as it now wants them. */
    void rollOut(String namespace, String name) {
        Eventually.holds(
                "Deployment " + name,
                () -> admin.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .withName(name)
                                .get()
                        != null);
        admin.apps().deployments().inNamespace(namespace).withName(name).editStatus(now -> {
            var replicas = now.getSpec().getReplicas();
            now.setStatus(new DeploymentStatusBuilder()
                    .withObservedGeneration(now.getMetadata().getGeneration())
                    .withReplicas(replicas)
                    .withUpdatedReplicas(replicas)
                    .withReadyReplicas(replicas)
                    .withAvailableReplicas(replicas)
                    .build());
            return now;
        });
    }

    @Override
    public void close() throws IOException {
        for (var process : servers.values()) {
            process.close();
        }
    }
}
