package dev.nuages.core.sim;

import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Property 9. Who works on tasks is told to end and given the time it was promised; until it has ended, its broker stays:
 * the one that it was given when it began, be it a vhost or the Redis that never evicts. What goes when the whole
 * application is deleted, or by somebody else, is not asked.
 */
final class DrainedBeforeDeleted implements Property<Map<ObjectRef, ObjectRef>> {

    @Override
    public String sentence() {
        return "9. nothing is deleted before it was drained: workers have their time, and their broker while they run";
    }

    /** The broker of each worker that runs. */
    @Override
    public Map<ObjectRef, ObjectRef> start() {
        return Map.of();
    }

    @Override
    public Verdict<Map<ObjectRef, ObjectRef>> judge(Map<ObjectRef, ObjectRef> brokers, State before, Step step) {
        var was = before.cluster();
        var is = step.after().cluster();
        if (was.equals(is)) {
            return Verdict.fine(brokers);
        }
        var memory = workers(is)
                .collect(Collectors.toUnmodifiableMap(
                        Stored::ref,
                        worker -> Optional.ofNullable(brokers.get(worker.ref())).orElseGet(() -> broker(worker, is))));
        if (step.who() == Who.FAULT || AppFacts.app(is).isEmpty()) {
            return Verdict.fine(memory);
        }
        return withoutBroker(was, is, brokers)
                .or(() -> cutShort(was, is))
                .map(why -> Verdict.wrong(memory, why))
                .orElse(Verdict.fine(memory));
    }

    /** What a worker that begins now takes its tasks from, as its environment says. */
    private static ObjectRef broker(Stored worker, Cluster cluster) {
        var namespace = worker.ref().namespace();
        return cluster.find(new ObjectRef(Secret.class, namespace, AppFacts.ENVIRONMENT))
                .flatMap(secret -> Secrets.text((Secret) secret.object(), "CELERY_BROKER_URL"))
                .filter(url -> url.startsWith("redis:"))
                .map(url -> new ObjectRef(RedisInstance.class, namespace, AppFacts.DURABLE_REDIS))
                .orElse(new ObjectRef(RabbitmqVhost.class, namespace, AppFacts.VHOST));
    }

    private static Optional<String> withoutBroker(Cluster was, Cluster is, Map<ObjectRef, ObjectRef> brokers) {
        return workers(was)
                .filter(worker -> {
                    var broker = brokers.get(worker.ref());
                    return broker != null && stays(was, broker) && !stays(is, broker);
                })
                .findFirst()
                .map(worker -> brokers.get(worker.ref()) + " is deleted while " + worker + " works");
    }

    private static boolean stays(Cluster cluster, ObjectRef ref) {
        return cluster.find(ref).filter(object -> !object.deleting()).isPresent();
    }

    private static Optional<String> cutShort(Cluster was, Cluster is) {
        return workers(was)
                .filter(pod -> {
                    var now = is.find(pod.ref());
                    var told = pod.deleting() || now.filter(Stored::deleting).isPresent();
                    return (now.isEmpty() && !told)
                            || (told
                                    && DeploymentController.number(pod, "/spec/terminationGracePeriodSeconds")
                                            < AppModel.DRAIN_SECONDS);
                })
                .findFirst()
                .map(pod -> pod + " has not the time to end its tasks");
    }

    private static Stream<Stored> workers(Cluster cluster) {
        return cluster.ofType(Pod.class).stream()
                .filter(pod -> AppFacts.component(pod).startsWith("celery"))
                .filter(Pods::running);
    }
}
