package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RedisInstance;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Optional;

/** All that matters to a DjangoApp, gathered before anything is decided. */
public record DjangoAppObserved(
        Optional<DjangoEnvironment> environment,
        Nested nested,
        Configured configured,
        Optional<ServiceAccount> serviceAccount,
        List<Job> migrationJobs,
        List<Pod> pods,
        WebObjects web) {

    public DjangoAppObserved {
        migrationJobs = List.copyOf(migrationJobs);
        pods = List.copyOf(pods);
    }

    /** The objects of our own kinds that were made for the application, and the Secrets that lead to what they promise. */
    public record Nested(
            Optional<PostgresServer> server,
            Optional<PostgresDatabase> database,
            Optional<Secret> databaseConnection,
            Optional<RedisInstance> redis,
            Optional<Secret> redisConnection) {}

    /** The Secrets that Django reads. */
    public record Configured(Optional<Secret> secretKey, Optional<Secret> environment, Optional<Secret> file) {}

    /** What serves. */
    public record WebObjects(
            Optional<Deployment> deployment,
            Optional<Service> service,
            Optional<Ingress> ingress,
            Optional<HorizontalPodAutoscaler> autoscaler,
            Optional<PodDisruptionBudget> disruptionBudget) {}
}
