package dev.nuages.core.sim;

import dev.nuages.core.sim.Kubernetes.By;
import dev.nuages.core.sim.Kubernetes.Move;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Deployments, whose pods come and go one at a time as the bounds of the rolling update allow. Their ReplicaSets are not
 * objects here: a label on the pods says to which template they belong. The status counts the pods as they are, once the
 * generation was seen.
 */
final class DeploymentController {
    private final Pool pool;
    private final Pods pods;
    private final Images images;

    /** The pods of one Deployment that are to stay, of its present template and of others. */
    private record Census(List<Stored> current, List<Stored> former) {
        static long ready(List<Stored> pods) {
            return pods.stream().filter(Pods::ready).count();
        }

        int all() {
            return current.size() + former.size();
        }

        long ready() {
            return ready(current) + ready(former);
        }
    }

    private record Counts(long generation, int replicas, int updated, long ready) {}

    DeploymentController(Pool pool, Pods pods, Images images) {
        this.pool = pool;
        this.pods = pods;
        this.images = images;
    }

    void moves(Cluster cluster, Stored deployment, List<Move> moves) {
        if (!seen(deployment)) {
            moves.add(move(deployment + " begins to roll out", counted(cluster, observed(deployment))));
            return;
        }
        var census = census(cluster, deployment);
        int wanted = replicas(deployment);
        if (mayCreate(cluster, deployment, census, wanted)) {
            var pod = created(cluster, deployment);
            moves.add(move(deployment + " creates " + pod, counted(cluster.with(pod), deployment)));
            return;
        }
        retired(deployment, census, wanted)
                .ifPresentOrElse(
                        pod -> moves.add(
                                move(deployment + " retires " + pod, counted(withRetired(cluster, pod), deployment))),
                        () -> deadline(cluster, deployment, census, moves));
    }

    private boolean mayCreate(Cluster cluster, Stored deployment, Census census, int wanted) {
        if (census.current().size() >= wanted) {
            return false;
        }
        return recreates(deployment)
                ? census.former().isEmpty()
                        && Pods.of(cluster, deployment).stream()
                                .noneMatch(pod -> pod.deleting() && !isCurrent(deployment, pod))
                : census.all() < wanted + bound(deployment, "maxSurge", wanted, true);
    }

    private Stored created(Cluster cluster, Stored deployment) {
        var hash = pods.hash(deployment);
        var names = new TreeSet<String>();
        Pods.of(cluster, deployment).forEach(pod -> names.add(pod.ref().name()));
        int number = 0;
        while (names.contains(name(deployment, hash, number))) {
            number++;
        }
        return pods.of(deployment, name(deployment, hash, number), Map.of("pod-template-hash", hash));
    }

    private static String name(Stored deployment, String hash, int number) {
        return deployment.ref().name() + "-" + hash + "-" + number;
    }

    /** The pod to be done without: one too many, or a former one that can be spared; those that are not ready first. */
    private static Optional<Stored> retired(Stored deployment, Census census, int wanted) {
        var readyLast = Comparator.comparing(Pods::ready);
        if (census.current().size() > wanted) {
            return census.current().reversed().stream().min(readyLast);
        }
        long spare = census.ready() - (wanted - bound(deployment, "maxUnavailable", wanted, false));
        return census.former().stream()
                .min(readyLast)
                .filter(pod -> recreates(deployment) || !Pods.ready(pod) || spare > 0);
    }

    private Cluster withRetired(Cluster cluster, Stored pod) {
        return cluster.with(new ApiServer(pool).marked(pod));
    }

    private void deadline(Cluster cluster, Stored deployment, Census census, List<Move> moves) {
        var stuck = census.current().stream()
                .anyMatch(pod -> !Pods.ready(pod) && images.crashing().contains(Pods.image(pod)));
        if (stuck && deployment.text("/status/conditions/0/type").isEmpty()) {
            var late = pool.edit(
                    deployment,
                    "deadline",
                    json -> json.withObject("/status")
                            .withArray("/conditions")
                            .addObject()
                            .put("type", "Progressing")
                            .put("status", "False")
                            .put("reason", "ProgressDeadlineExceeded"));
            moves.add(move("the deadline of " + deployment + "'s rollout is over", cluster.with(late)));
        }
    }

    private Census census(Cluster cluster, Stored deployment) {
        var alive = Pods.of(cluster, deployment).stream().filter(Pods::alive).toList();
        return new Census(
                alive.stream().filter(pod -> isCurrent(deployment, pod)).toList(),
                alive.stream().filter(pod -> !isCurrent(deployment, pod)).toList());
    }

    private boolean isCurrent(Stored deployment, Stored pod) {
        return pods.hash(deployment)
                .equals(pod.object().getMetadata().getLabels().get("pod-template-hash"));
    }

    /** With a status that counts its pods, where this generation of it was seen. */
    Cluster counted(Cluster cluster, Stored deployment) {
        if (!seen(deployment)) {
            return cluster.with(deployment);
        }
        var census = census(cluster, deployment);
        var counts = new Counts(
                generation(deployment), census.all(), census.current().size(), census.ready());
        return cluster.with(pool.edit(
                deployment,
                counts,
                json -> json.withObject("/status")
                        .put("replicas", counts.replicas())
                        .put("updatedReplicas", counts.updated())
                        .put("readyReplicas", counts.ready())
                        .put("availableReplicas", counts.ready())));
    }

    private Stored observed(Stored deployment) {
        return pool.edit(deployment, "observe", json -> {
            var status = json.withObject("/status").put("observedGeneration", generation(deployment));
            status.remove("conditions");
        });
    }

    private static boolean seen(Stored workload) {
        return number(workload, "/status/observedGeneration") == generation(workload);
    }

    private static long generation(Stored workload) {
        return number(workload, "/metadata/generation");
    }

    static long number(Stored object, String pointer) {
        var text = object.text(pointer);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    static int replicas(Stored workload) {
        return workload.text("/spec/replicas").isEmpty() ? 1 : (int) number(workload, "/spec/replicas");
    }

    private static boolean recreates(Stored deployment) {
        return deployment.text("/spec/strategy/type").equals("Recreate");
    }

    /** A bound of the rolling update: a number, or a part of the wanted pods; by default a quarter. */
    private static int bound(Stored deployment, String name, int wanted, boolean up) {
        var bound = deployment.text("/spec/strategy/rollingUpdate/" + name);
        if (!bound.isEmpty() && !bound.endsWith("%")) {
            return Integer.parseInt(bound);
        }
        var percent = bound.isEmpty() ? 25 : Integer.parseInt(bound.replace("%", ""));
        return up ? Math.ceilDiv(percent * wanted, 100) : percent * wanted / 100;
    }

    private static Move move(String words, Cluster after) {
        return new Move(By.WORKLOADS, words, after);
    }
}
