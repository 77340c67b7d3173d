package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.core.BrokerAddress;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.InMemoryCluster;
import dev.nuages.core.Kind;
import dev.nuages.core.RabbitCommand;
import dev.nuages.core.RabbitCommand.Permissions;
import dev.nuages.core.Secrets;
import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.postgresdatabase.PostgresDatabases;
import dev.nuages.core.postgresserver.PostgresServers;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import dev.nuages.core.rabbitmqvhost.RabbitmqVhosts;
import dev.nuages.core.redisinstance.RedisInstances;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All that an application becomes, by the plans of every kind, in a cluster in which everything goes well. */
final class RenderedSite {
    private static final String NAME = "mysite";

    private final InMemoryCluster cluster = new InMemoryCluster();
    private final List<Kind<?, ?, ?>> kinds = List.of(
            new PostgresServers(),
            new PostgresDatabases((server, role, database, password) -> goodDatabase()),
            new RedisInstances(),
            new RabbitmqVhosts((broker, vhost, user, password) -> goodVhost(broker)),
            new DjangoApps((namespace, service, host, path) -> new SiteAnswer(true, "it answers")));

    private RenderedSite(String environment) {
        cluster.put(Serialization.unmarshal(environment, DjangoEnvironment.class));
    }

    static RenderedSite of(String environment, String app) {
        return new RenderedSite(environment).deploy(app);
    }

    /** Lets the application become what it should be, until it is Ready. */
    RenderedSite deploy(String yaml) {
        var app = Serialization.unmarshal(yaml, DjangoApp.class);
        cluster.find(DjangoApp.class, "default", NAME).ifPresent(before -> app.setStatus(before.getStatus()));
        cluster.put(app);
        for (int i = 0; i < 20; i++) {
            kinds.forEach(this::settle);
            if (isReady()) {
                return this;
            }
            cluster.objects().forEach(RenderedSite::becomeReady);
        }
        throw new AssertionError("it does not become Ready: " + status());
    }

    private boolean isReady() {
        return status().phase() == Phase.Ready
                && Objects.equals(
                        status().observedGeneration(), app().getMetadata().getGeneration());
    }

    private <R extends CustomResource<?, S>, S, O> void settle(Kind<R, S, O> kind) {
        cluster.objects().stream()
                .filter(kind.type()::isInstance)
                .forEach(object -> cluster.settle(kind, object.getMetadata().getName()));
    }

    private static void becomeReady(HasMetadata object) {
        switch (object) {
            case Job job ->
                job.setStatus(new JobStatusBuilder()
                        .addNewCondition()
                        .withType("Complete")
                        .withStatus("True")
                        .endCondition()
                        .build());
            case Deployment deployment -> {
                var pods = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
                deployment.setStatus(new DeploymentStatusBuilder()
                        .withObservedGeneration(deployment.getMetadata().getGeneration())
                        .withReplicas(pods)
                        .withUpdatedReplicas(pods)
                        .withAvailableReplicas(pods)
                        .build());
            }
            case StatefulSet set ->
                set.setStatus(new StatefulSetStatusBuilder()
                        .withObservedGeneration(set.getMetadata().getGeneration())
                        .withReplicas(1)
                        .withUpdatedReplicas(1)
                        .withReadyReplicas(1)
                        .withAvailableReplicas(1)
                        .build());
            default -> {}
        }
    }

    private static DatabaseProbe.Answer goodDatabase() {
        return new DatabaseProbe.Answered(
                Optional.of(new DatabaseProbe.Role(madeFor("PostgresDatabase"), true)),
                Optional.of(new DatabaseProbe.Database("server/1", NAME, false, new TreeSet<>())),
                97);
    }

    private static BrokerProbe.Answer goodVhost(BrokerAddress broker) {
        var mark = madeFor("RabbitmqVhost");
        return new BrokerProbe.Answered(
                ((BrokerAddress.Local) broker).doors(),
                Optional.of(new BrokerProbe.Vhost(mark, true)),
                Optional.of(new BrokerProbe.User(new TreeSet<>(Set.of(RabbitCommand.MANAGEMENT_TAG, mark)), true)),
                Optional.of(Permissions.ALL),
                Optional.of(new BrokerProbe.Queues(List.of(), true)));
    }

    private static String madeFor(String kind) {
        return "made by Nuages for " + kind + " default/" + NAME;
    }

    DjangoApp app() {
        return get(DjangoApp.class, NAME);
    }

    DjangoAppStatus status() {
        return Objects.requireNonNull(app().getStatus());
    }

    /** What condition {@code Configured} says. */
    String problems() {
        return Conditions.find(status().conditions(), "Configured")
                .orElseThrow()
                .getMessage();
    }

    <T extends HasMetadata> T get(Class<T> type, String name) {
        return cluster.get(type, name);
    }

    Deployment deployment(String component) {
        return get(Deployment.class, NAME + "-" + component);
    }

    Job migration() {
        return get(Job.class, Objects.requireNonNull(status().migration()).job());
    }

    /** The pods of a Deployment, StatefulSet or CronJob of the application's. */
    PodTemplateSpec pods(String component) {
        return workloads()
                .filter(workload -> workload.getMetadata().getName().equals(NAME + "-" + component))
                .map(RenderedSite::template)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + component));
    }

    void everyPod(Consumer<PodTemplateSpec> check) {
        workloads().map(RenderedSite::template).forEach(check);
    }

    void everyContainer(Consumer<Container> check) {
        everyPod(template -> Stream.of(
                        template.getSpec().getInitContainers(),
                        template.getSpec().getContainers())
                .flatMap(List::stream)
                .forEach(check));
    }

    /** The containers of all pods that were wanted since this was last asked, also of Jobs that are gone again. */
    List<Container> containersWanted() {
        return cluster.takeEffects().stream()
                .flatMap(effect -> switch (effect) {
                    case Effect.Apply apply -> Stream.of(apply.wanted());
                    case Effect.Create create -> Stream.of(create.wanted());
                    default -> Stream.<HasMetadata>of();
                })
                .filter(RenderedSite::hasPods)
                .flatMap(workload -> template(workload).getSpec().getContainers().stream())
                .toList();
    }

    private Stream<HasMetadata> workloads() {
        return cluster.objects().stream().filter(RenderedSite::hasPods);
    }

    private static boolean hasPods(HasMetadata object) {
        return object instanceof Deployment
                || object instanceof StatefulSet
                || object instanceof CronJob
                || object instanceof Job;
    }

    private static PodTemplateSpec template(HasMetadata workload) {
        return switch (workload) {
            case Deployment deployment -> deployment.getSpec().getTemplate();
            case StatefulSet set -> set.getSpec().getTemplate();
            case CronJob task -> task.getSpec().getJobTemplate().getSpec().getTemplate();
            case Job job -> job.getSpec().getTemplate();
            default -> throw new AssertionError("it has no pods: " + workload.getKind());
        };
    }

    /** What a variable of Django's environment is. */
    String variable(String name) {
        return text(NAME + "-env", name);
    }

    String text(String secret, String key) {
        return Secrets.text(get(Secret.class, secret), key)
                .orElseThrow(() -> new AssertionError("Secret " + secret + " has no " + key));
    }

    /** What KEDA asks for a pool. */
    List<Map<String, String>> triggers(String pool) {
        return get(ScaledObject.class, NAME + "-celery-" + pool).getSpec().triggers().stream()
                .map(ScaledObject.Trigger::metadata)
                .toList();
    }
}
