package dev.nuages.operator;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Sees every object of our making come and go, in all namespaces, by watches of its own. */
final class Witness implements AutoCloseable {
    /** All kinds of objects that an application becomes. */
    static final List<Class<? extends HasMetadata>> KINDS = List.of(
            DjangoApp.class,
            PostgresServer.class,
            PostgresDatabase.class,
            RedisInstance.class,
            RabbitmqVhost.class,
            Secret.class,
            ConfigMap.class,
            Service.class,
            ServiceAccount.class,
            StatefulSet.class,
            Deployment.class,
            Job.class,
            CronJob.class,
            PersistentVolumeClaim.class,
            Ingress.class,
            HorizontalPodAutoscaler.class,
            PodDisruptionBudget.class);

    private record Seen(int came, int went, String lastVersion) {
        static final Seen NEVER = new Seen(0, 0, "");

        Seen with(Watcher.Action action, String version) {
            return switch (action) {
                case ADDED -> new Seen(came + 1, went, version);
                case DELETED -> new Seen(came, went + 1, version);
                default -> new Seen(came, went, version);
            };
        }
    }

    private final KubernetesClient admin;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final List<Watch> watches;

    Witness(KubernetesClient admin) {
        this.admin = admin;
        this.watches = KINDS.stream().map(this::watch).toList();
    }

    private <T extends HasMetadata> Watch watch(Class<T> type) {
        return admin.resources(type).inAnyNamespace().watch(new Watcher<T>() {
            @Override
            public void eventReceived(Action action, T object) {
                if (action != Action.BOOKMARK && action != Action.ERROR) {
                    var version = object.getMetadata().getResourceVersion();
                    seen.merge(key(object), Seen.NEVER.with(action, version), (was, now) -> was.with(action, version));
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                // A test that misses an event for it fails, for it waits until all that exists was seen.
            }
        });
    }

    /** How often each object of a namespace came and went, by kind and name, once all that is there was seen. */
    Map<String, String> comingsAndGoings(String namespace) {
        Eventually.holds(
                "the witness has seen all of " + namespace,
                () -> objects(admin, namespace)
                        .allMatch(object -> seen.getOrDefault(key(object), Seen.NEVER)
                                .lastVersion()
                                .equals(object.getMetadata().getResourceVersion())));
        var counts = new TreeMap<String, String>();
        seen.forEach((key, each) -> {
            if (key.startsWith(namespace + "/")) {
                counts.put(key.substring(namespace.length() + 1), "came " + each.came() + ", went " + each.went());
            }
        });
        return counts;
    }

    static Stream<HasMetadata> objects(KubernetesClient admin, String namespace) {
        return KINDS.stream().flatMap(type -> admin.resources(type).inNamespace(namespace).list().getItems().stream());
    }

    private static String key(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getKind() + "/"
                + object.getMetadata().getName();
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
