package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.keda.ScaledObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that matters to a DjangoApp, gathered before anything is decided.
 *
 * @param jobs all Jobs with the application's labels: of migrations, of the superuser, of scheduled commands
 * @param objects what its processes and routes were made into
 * @param refused the StatefulSets and Jobs among them that are refused the pods that they lack, each with why
 * @param references what the Secrets and ConfigMaps of others hold that its pods read; those that are missing are not in it
 * @param optional the kinds of others' that the cluster has: the Gateway API's and KEDA's
 * @param unread those of them of which it is not known what there is: neither to be made nor taken away
 * @param lostHosts which of its hosts are another application's, each with whose: {@code namespace/name}
 * @param neighbours the applications whose databases are on the same server, and how many connections each may need
 * @param site what the web Service answered; empty where there was nobody to ask
 */
public record DjangoAppObserved(
        Optional<DjangoEnvironment> environment,
        Nested nested,
        Configured configured,
        Optional<ServiceAccount> serviceAccount,
        List<Job> jobs,
        List<Pod> pods,
        List<HasMetadata> objects,
        SortedMap<ObjectRef, String> refused,
        Map<ObjectRef, Map<String, String>> references,
        Set<Class<? extends HasMetadata>> optional,
        Set<Class<? extends HasMetadata>> unread,
        SortedMap<String, String> lostHosts,
        SortedMap<String, Integer> neighbours,
        Optional<SiteAnswer> site) {

    public DjangoAppObserved {
        jobs = List.copyOf(jobs);
        pods = List.copyOf(pods);
        objects = List.copyOf(objects);
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
        optional = Set.copyOf(optional);
        unread = Set.copyOf(unread);
        lostHosts = Collections.unmodifiableSortedMap(new TreeMap<>(lostHosts));
        neighbours = Collections.unmodifiableSortedMap(new TreeMap<>(neighbours));
    }

    /** Whether the cluster has KEDA. */
    boolean keda() {
        return optional.contains(ScaledObject.class);
    }

    /** Whether the cluster has the Gateway API. */
    boolean gateways() {
        return optional.contains(HTTPRoute.class);
    }

    /** The same with what the site answers. */
    DjangoAppObserved with(SiteAnswer answer) {
        return new DjangoAppObserved(
                environment,
                nested,
                configured,
                serviceAccount,
                jobs,
                pods,
                objects,
                refused,
                references,
                optional,
                unread,
                lostHosts,
                neighbours,
                Optional.of(answer));
    }

    /** The objects of our own kinds that were made for the application, and the Secrets that lead to what they promise. */
    public record Nested(
            Optional<PostgresServer> server,
            Optional<PostgresDatabase> database,
            Optional<Secret> databaseConnection,
            Optional<RedisInstance> redis,
            Optional<Secret> redisConnection,
            Optional<RedisInstance> durable,
            Optional<Secret> durableConnection,
            Optional<RabbitmqVhost> rabbit,
            Optional<Secret> rabbitConnection) {}

    /** The Secrets that Django reads: its processes, and a migration. */
    public record Configured(
            Optional<Secret> secretKey, Configuration running, Configuration migration, Optional<Secret> superuser) {}

    /** The Secrets with a configuration: with the environment variables, and with the file. */
    public record Configuration(Optional<Secret> environment, Optional<Secret> file) {}

    List<Job> jobs(String component) {
        return jobs.stream()
                .filter(job ->
                        component.equals(Optional.ofNullable(job.getMetadata().getLabels())
                                .orElse(Map.of())
                                .get(DjangoPod.COMPONENT_LABEL)))
                .toList();
    }

    Optional<HasMetadata> object(ObjectRef ref) {
        return objects.stream()
                .filter(object -> ObjectRef.of(object).equals(ref))
                .findFirst();
    }

    Optional<Deployment> deployment(String name) {
        return objects.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .filter(deployment -> deployment.getMetadata().getName().equals(name))
                .findFirst();
    }
}
