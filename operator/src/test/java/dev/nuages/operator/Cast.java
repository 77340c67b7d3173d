package dev.nuages.operator;

import dev.nuages.core.Kind;
import dev.nuages.core.LocalServer;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.djangoapp.SiteAnswer;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import dev.nuages.operator.postgresdatabase.PostgresProcess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Plays the controllers and the kubelet: says of StatefulSets, Jobs and Deployments what those would. */
final class Cast {
    private final KubernetesClient admin;
    private final PostgresProcess postgres;
    private final Set<String> started = ConcurrentHashMap.newKeySet();

    /**
     * @param postgres what answers for every server that was started
     */
    Cast(KubernetesClient admin, PostgresProcess postgres) {
        this.admin = admin;
        this.postgres = postgres;
    }

    /** The way from the test to a server: to nowhere before it was started. */
    PostgresAddress route(PostgresAddress address) {
        return new PostgresAddress(
                "127.0.0.1",
                started.contains(address.host()) ? postgres.port() : 1,
                address.namespace(),
                address.adminSecret());
    }

    /** All kinds that Nuages knows, whose sites all answer: no pod runs here. */
    static List<Kind<?, ?, ?>> kinds(DatabaseProbe databases, BrokerProbe brokers) {
        return Kinds.all(databases, brokers, Cast::site);
    }

    private static SiteAnswer site(String namespace, String service, String host, String path) {
        return new SiteAnswer(true, "GET " + path + " of Service " + service + " answered 200");
    }

    /** Lets a server begin to answer, and says that its pod is ready. */
    void startPostgres(String namespace, String server) {
        var set = awaitStatefulSet(namespace, server + "-postgres");
        started.add(server + "-postgres." + namespace + ".svc");
        becomeReady(set);
    }

    /** Lets a Redis begin to answer. */
    void startRedis(String namespace, String redis) {
        becomeReady(awaitStatefulSet(namespace, redis + "-redis"));
    }

    /** From now on all that is made in a namespace becomes ready, complete and rolled out by itself. */
    AutoCloseable playOn(String namespace) {
        var informers = List.of(
                playOn(admin.apps().statefulSets().inNamespace(namespace), set -> {
                    if (set.getStatus() == null || !LocalServer.ready(set)) {
                        started.add(set.getMetadata().getName() + "." + namespace + ".svc");
                        becomeReady(set);
                    }
                }),
                playOn(admin.batch().v1().jobs().inNamespace(namespace), job -> {
                    if (isUnderWay(job)) {
                        complete(job);
                    }
                }),
                playOn(admin.apps().deployments().inNamespace(namespace), web -> {
                    var status = web.getStatus();
                    if (status == null
                            || !web.getMetadata().getGeneration().equals(status.getObservedGeneration())
                            || !web.getSpec().getReplicas().equals(status.getAvailableReplicas())) {
                        deployment(namespace, web.getMetadata().getName()).ifPresent(this::rollOut);
                    }
                }));
        return () -> informers.forEach(SharedIndexInformer::stop);
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> playOn(Informable<T> all, Consumer<T> act) {
        return all.inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                // Not on the thread of the watch, which brings the answer's own news.
                Thread.startVirtualThread(() -> act(object));
            }

            @Override
            public void onUpdate(T before, T object) {
                onAdd(object);
            }

            @Override
            public void onDelete(T object, boolean unknown) {}

            private void act(T object) {
                try {
                    act.accept(object);
                } catch (KubernetesClientException e) {
                    // It was deleted meanwhile.
                    if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                        throw e;
                    }
                }
            }
        });
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
        becomeReady(admin, set);
    }

    /** Says of a StatefulSet that its pod runs as it was wanted when it was read, and is ready. */
    static void becomeReady(KubernetesClient admin, StatefulSet set) {
        ByHand.say(
                admin,
                set,
                new StatefulSetStatusBuilder()
                        .withObservedGeneration(set.getMetadata().getGeneration())
                        .withReplicas(1)
                        .withReadyReplicas(1)
                        .withUpdatedReplicas(1)
                        .withAvailableReplicas(1)
                        .build());
    }

    private static boolean isUnderWay(Job job) {
        var status = job.getStatus();
        return !Boolean.TRUE.equals(job.getSpec().getSuspend())
                && (status == null || status.getConditions().isEmpty());
    }

    /** The Job that is under way: started, and neither complete nor failed. */
    Job awaitMigration(String namespace) {
        return Eventually.find(
                "a migration's Job",
                () -> admin.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
                        .filter(Cast::isUnderWay)
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
        ByHand.say(admin, pod, terminated(pod, output));
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

    private static PodStatus terminated(Pod pod, String output) {
        return new PodStatusBuilder()
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
                .build();
    }

    private void end(Job job, JobStatus status) {
        ByHand.say(admin, job, status);
    }

    /** Says of the Deployment that all its pods run as it now wants them. */
    void rollOut(String namespace, String name) {
        rollOut(Eventually.find("Deployment " + name, () -> deployment(namespace, name), () -> ""));
    }

    private Optional<Deployment> deployment(String namespace, String name) {
        return Optional.ofNullable(
                admin.apps().deployments().inNamespace(namespace).withName(name).get());
    }

    private void rollOut(Deployment deployment) {
        var replicas = deployment.getSpec().getReplicas();
        ByHand.say(
                admin,
                deployment,
                new DeploymentStatusBuilder()
                        .withObservedGeneration(deployment.getMetadata().getGeneration())
                        .withReplicas(replicas)
                        .withUpdatedReplicas(replicas)
                        .withReadyReplicas(replicas)
                        .withAvailableReplicas(replicas)
                        .build());
    }
}
