package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.Nuages;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.InMemoryCluster;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A whole site in a cluster in memory, whose needs, Jobs and pods do as a test says. */
final class SiteInMemory {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final String WHOLE = """
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

    final InMemoryCluster cluster = new InMemoryCluster();
    SiteAnswer answer = new SiteAnswer(true, "it answers");
    String askedPath = "";
    final DjangoApps kind = new DjangoApps((namespace, service, host, path) -> {
        askedPath = path;
        return answer;
    });

    SiteInMemory() {
        environment("{local: {}}", "");
    }

    /** Its environment, with more lines. */
    void environment(String postgres, String more) {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec:
                  postgres: %s
                  redis: {local: {}}
                  rabbitmq: {local: {}}
                  %s
                """.formatted(postgres, more), DjangoEnvironment.class));
    }

    int scaleDownWindow() {
        return cluster.get(HorizontalPodAutoscaler.class, "mysite-web")
                .getSpec()
                .getBehavior()
                .getScaleDown()
                .getStabilizationWindowSeconds();
    }

    String problems() {
        return Conditions.find(status().conditions(), "Configured")
                .orElseThrow()
                .getMessage();
    }

    void app(String yaml) {
        cluster.put(Serialization.unmarshal(yaml, DjangoApp.class));
    }

    void change(String yaml) {
        var before = cluster.get(DjangoApp.class, "mysite");
        var changed = Serialization.unmarshal(yaml, DjangoApp.class);
        changed.setStatus(before.getStatus());
        cluster.put(changed);
    }

    void ready(String yaml) {
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
    void migrated() {
        settle();
        while (migrates()) {
            jobEnds("Complete");
            settle();
        }
    }

    /** So many steps of it. */
    void migrated(int steps) {
        for (int step = 0; step < steps; step++) {
            settle();
            jobEnds("Complete");
        }
        settle();
    }

    private boolean migrates() {
        var migration = status().migration();
        return migration != null && migration.state() == MigrationStatus.State.Running;
    }

    /** The only one of a process. */
    void webPod() {
        webPod("mysite-web-1", "7c9f", Optional.empty());
    }

    /**
     * One of web's.
     *
     * @param template by which it was made
     * @param gone until when it has to be, if it is told to end
     */
    void webPod(String name, String template, Optional<Instant> gone) {
        cluster.put(new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withLabels(cluster.get(Deployment.class, "mysite-web")
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels())
                .addToLabels("pod-template-hash", template)
                .withDeletionTimestamp(gone.map(Instant::toString).orElse(null))
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build());
    }

    int settle() {
        return cluster.settle(kind, "mysite");
    }

    Plan<DjangoAppStatus> plan() {
        var app = cluster.get(DjangoApp.class, "mysite");
        return kind.plan(app, kind.observe(app, cluster), NOW);
    }

    DjangoAppStatus status() {
        return Objects.requireNonNull(cluster.get(DjangoApp.class, "mysite").getStatus());
    }

    String message() {
        return Conditions.find(status().conditions(), "Ready").orElseThrow().getMessage();
    }

    void needsReady() {
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
    void ready(String kindName, String name, Map<String, String> status) {
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

    void url(String secret, String url) {
        secret(secret, Map.of("url", url));
    }

    /** A Secret of somebody else's. */
    void secret(String name, Map<String, String> texts) {
        cluster.put(Secrets.of(
                new ObjectMetaBuilder()
                        .withName(name)
                        .withNamespace("default")
                        .withLabels(Map.of())
                        .build(),
                texts));
    }

    Job currentJob() {
        return cluster.get(
                Job.class, Objects.requireNonNull(status().migration()).job());
    }

    void jobEnds(String condition) {
        end(currentJob(), condition);
    }

    static void end(Job job, String condition) {
        job.setStatus(new JobStatusBuilder()
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .endCondition()
                .build());
    }

    void superuserMade() {
        superuserJobs().forEach(job -> end(job, "Complete"));
    }

    /** The only one there is. */
    Job superuserJob() {
        assertThat(superuserJobs()).hasSize(1);
        return superuserJobs().getFirst();
    }

    private List<Job> superuserJobs() {
        return cluster.objects().stream()
                .filter(Job.class::isInstance)
                .map(Job.class::cast)
                .filter(job -> job.getMetadata().getName().startsWith("mysite-superuser-"))
                .toList();
    }

    /** As {@code nuages retry} does. */
    void retry(String id) {
        cluster.get(DjangoApp.class, "mysite").getMetadata().setAnnotations(Map.of(Nuages.RETRY_ANNOTATION, id));
    }

    void rolledOut() {
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

    void rolledOut(String name) {
        var deployment = cluster.get(Deployment.class, name);
        var replicas = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        deployment.setStatus(new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(replicas)
                .withUpdatedReplicas(replicas)
                .withAvailableReplicas(replicas)
                .build());
    }

    SortedSet<String> names(Class<? extends HasMetadata> type) {
        var names = new TreeSet<String>();
        cluster.objects().stream()
                .filter(type::isInstance)
                .forEach(object -> names.add(object.getMetadata().getName()));
        return names;
    }

    SortedSet<String> everything() {
        var all = new TreeSet<String>();
        cluster.objects().forEach(object -> all.add(ObjectRef.of(object).toString()));
        return all;
    }

    static List<String> deleted(Plan<?> plan) {
        return plan.effects().stream()
                .filter(Effect.Delete.class::isInstance)
                .map(effect -> ((Effect.Delete) effect).object().toString())
                .toList();
    }

    static List<String> applied(Plan<?> plan) {
        return plan.effects().stream()
                .filter(Effect.Apply.class::isInstance)
                .map(effect -> ObjectRef.of(((Effect.Apply) effect).wanted()).toString())
                .toList();
    }

    List<String> services() {
        return cluster.get(Ingress.class, "mysite").getSpec().getRules().stream()
                .flatMap(rule -> rule.getHttp().getPaths().stream())
                .map(path -> path.getBackend().getService().getName())
                .toList();
    }

    PodSpec pod(String deployment) {
        return cluster.get(Deployment.class, deployment).getSpec().getTemplate().getSpec();
    }

    /** What web's pods are marked with, so that they are replaced when what they read changes. */
    String webMark() {
        return String.valueOf(cluster.get(Deployment.class, "mysite-web")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations()
                .get(Nuages.CONFIG_ANNOTATION));
    }

    String image(String deployment) {
        return first(pod(deployment)).getImage();
    }

    List<String> images(String deployment) {
        return pod(deployment).getInitContainers().stream()
                .map(Container::getImage)
                .toList();
    }

    static Container first(PodSpec pod) {
        return pod.getContainers().getFirst();
    }

    static List<String> command(PodSpec pod) {
        return first(pod).getCommand();
    }

    static Map<String, String> variables(PodSpec pod) {
        var variables = new java.util.HashMap<String, String>();
        for (EnvVar variable : first(pod).getEnv()) {
            if (variable.getValue() != null) {
                variables.put(variable.getName(), variable.getValue());
            }
        }
        return variables;
    }
}
