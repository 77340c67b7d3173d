package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.sim.Kubernetes.By;
import dev.nuages.core.sim.Kubernetes.Move;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Starts pods and ends them. Of the pods of one workload that can do the same it is always the first by name that does
 * it: which of them it is makes no difference to anybody.
 */
final class Kubelet {
    private final Pool pool;
    private final Images images;
    private final BiFunction<Cluster, Stored, Cluster> recount;

    /**
     * @param recount what becomes of a cluster's other objects when this pod changed
     */
    Kubelet(Pool pool, Images images, BiFunction<Cluster, Stored, Cluster> recount) {
        this.pool = pool;
        this.images = images;
        this.recount = recount;
    }

    void moves(Cluster cluster, List<Move> moves) {
        var first = new HashSet<String>();
        for (var pod : cluster.ofType(Pod.class)) {
            if (pod.deleting()) {
                if (!Pods.lost(pod) && first.add("ends " + pod.owners())) {
                    moves.add(move(pod + " ends", recount.apply(cluster.without(pod.ref()), pod)));
                }
            } else if (Pods.phase(pod).equals("Pending")) {
                if (first.add("starts " + pod.owners() + Pods.image(pod))) {
                    start(cluster, pod, moves);
                }
            } else if (Pods.running(pod) && Pods.ownerKind(pod).equals("Job")) {
                var raises = images.broken().contains(Pods.image(pod));
                moves.add(
                        raises
                                ? change(cluster, pod, "fails", json -> end(json, "Failed", "ValueError: no"))
                                : change(cluster, pod, "succeeds", json -> end(json, "Succeeded", "")));
            }
        }
    }

    private void start(Cluster cluster, Stored pod, List<Move> moves) {
        var image = Pods.image(pod);
        if (images.missing().contains(image)) {
            wait(cluster, pod, "ImagePullBackOff", moves);
        } else if (Pods.ownerKind(pod).equals("Job")) {
            moves.add(change(cluster, pod, "starts", json -> run(json, false)));
        } else if (images.crashing().contains(image)) {
            wait(cluster, pod, "CrashLoopBackOff", moves);
        } else {
            moves.add(change(cluster, pod, "becomes ready", json -> run(json, true)));
        }
    }

    private void wait(Cluster cluster, Stored pod, String reason, List<Move> moves) {
        if (!pod.text("/status/containerStatuses/0/state/waiting/reason").equals(reason)) {
            moves.add(change(
                    cluster, pod, "waits: " + reason, json -> eachContainer(json, c -> Pods.waiting(c, reason))));
        }
    }

    private Move change(Cluster cluster, Stored pod, String what, Consumer<ObjectNode> edit) {
        return move(pod + " " + what, recount.apply(cluster.with(pool.edit(pod, what, edit)), pod));
    }

    private static void run(ObjectNode pod, boolean ready) {
        pod.withObject("/status").put("phase", "Running");
        if (ready) {
            ((ObjectNode) pod.at("/status/conditions/0")).put("status", "True");
        }
        eachContainer(
                pod,
                c -> c.put("ready", ready)
                        .putObject("state")
                        .putObject("running")
                        .put("startedAt", "2026-01-01T00:00:00Z"));
    }

    /** A pod's end, with what its container leaves as its last words. */
    static void end(ObjectNode pod, String phase, String words) {
        pod.withObject("/status").put("phase", phase);
        eachContainer(
                pod,
                c -> c.put("ready", false)
                        .putObject("state")
                        .putObject("terminated")
                        .put("exitCode", phase.equals("Failed") ? 1 : 0)
                        .put("message", words));
    }

    private static void eachContainer(ObjectNode pod, Consumer<ObjectNode> change) {
        pod.at("/status/containerStatuses").forEach(c -> change.accept((ObjectNode) c));
    }

    private static Move move(String words, Cluster after) {
        return new Move(By.WORKLOADS, words, after);
    }
}
