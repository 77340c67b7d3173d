package dev.nuages.core.sim;

import dev.nuages.api.RabbitmqVhost;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/**
 * Property 9. Who works on tasks is told to end and given the time it was promised; until it has ended, its broker stays.
 * What goes when the whole application is deleted, or by somebody else, is not asked.
 */
final class DrainedBeforeDeleted implements Property<Boolean> {

    @Override
    public String sentence() {
        return "9. nothing is deleted before it was drained: workers have their time, and their broker while they run";
    }

    @Override
    public Boolean start() {
        return true;
    }

    @Override
    public Verdict<Boolean> judge(Boolean memory, State before, Step step) {
        var was = before.cluster();
        var is = step.after().cluster();
        if (was.equals(is) || step.who() == Who.FAULT || AppFacts.app(is).isEmpty()) {
            return Verdict.fine(memory);
        }
        return broker(was, is)
                .or(() -> cutShort(was, is))
                .map(why -> Verdict.wrong(memory, why))
                .orElse(Verdict.fine(memory));
    }

    private static Optional<String> broker(Cluster was, Cluster is) {
        for (var vhost : was.ofType(RabbitmqVhost.class)) {
            var goes = is.find(vhost.ref()).filter(now -> !now.deleting()).isEmpty() && !vhost.deleting();
            var worker = workers(was).findFirst();
            if (goes && worker.isPresent()) {
                return Optional.of(vhost + " is deleted while " + worker.get() + " works");
            }
        }
        return Optional.empty();
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

    private static java.util.stream.Stream<Stored> workers(Cluster cluster) {
        return cluster.ofType(Pod.class).stream()
                .filter(pod -> AppFacts.component(pod).startsWith("celery"))
                .filter(Pods::running);
    }
}
