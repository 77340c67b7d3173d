package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;

/** What Kubernetes' own controllers and the kubelet may do next: one move for each thing that can happen. */
public final class Progress {
    private final Pool pool;

    /** Something that may happen, in words, and the cluster after it. */
    public record Move(String words, Cluster after) {}

    public Progress(Pool pool) {
        this.pool = pool;
    }

    /** All that may happen when nothing fails; {@code failing} adds Jobs that fail. */
    public List<Move> moves(Cluster cluster, boolean failing) {
        var moves = new ArrayList<Move>();
        for (var object : cluster.objects()) {
            if (collected(cluster, object)) {
                moves.add(new Move("garbage collection takes " + object, cluster.without(object.ref())));
            } else if (object.object() instanceof Job) {
                job(cluster, object, failing, moves);
            } else if (object.object() instanceof Deployment deployment) {
                rollOut(cluster, object, deployment, moves);
            }
        }
        return moves;
    }

    /** Whether an object's owner is gone, or is being deleted, or it is deleted itself, and nothing holds it. */
    private static boolean collected(Cluster cluster, Stored object) {
        var meta = object.object().getMetadata();
        if (object.deleting()) {
            boolean held = meta.getFinalizers().stream().anyMatch(f -> !f.equals("foregroundDeletion"));
            return !held && cluster.objects().stream().noneMatch(o -> owns(object, o));
        }
        var owners = meta.getOwnerReferences();
        return !owners.isEmpty()
                && owners.stream()
                        .allMatch(owner -> cluster.objects().stream()
                                .noneMatch(o -> o.uid().equals(owner.getUid()) && !o.deleting()));
    }

    private static boolean owns(Stored owner, Stored object) {
        return object.object().getMetadata().getOwnerReferences().stream()
                .anyMatch(r -> r.getUid().equals(owner.uid()));
    }

    private void job(Cluster cluster, Stored job, boolean failing, List<Move> moves) {
        if (job.deleting() || job.json().at("/status/conditions").size() > 0) {
            return;
        }
        if (job.json().at("/status/active").asInt() == 0) {
            moves.add(new Move(
                    job + " starts its pod",
                    cluster.with(pool.edit(
                            job, "start", json -> json.withObject("/status").put("active", 1)))));
            return;
        }
        moves.add(new Move(job + " completes", cluster.with(pool.edit(job, "complete", j -> end(j, "Complete")))));
        if (failing) {
            moves.add(new Move(job + " fails", cluster.with(pool.edit(job, "fail", j -> end(j, "Failed")))));
        }
    }

    private static void end(ObjectNode job, String condition) {
        var status = job.withObject("/status");
        status.remove("active");
        status.withArray("/conditions").addObject().put("type", condition).put("status", "True");
    }

    private void rollOut(Cluster cluster, Stored stored, Deployment deployment, List<Move> moves) {
        long generation = deployment.getMetadata().getGeneration();
        var status = stored.json().path("status");
        int wanted = stored.json().at("/spec/replicas").asInt(1);
        if (status.path("observedGeneration").asLong() != generation) {
            moves.add(new Move(
                    stored + " begins to roll out",
                    cluster.with(pool.edit(
                            stored,
                            "observe",
                            json -> json.withObject("/status")
                                    .put("observedGeneration", generation)
                                    .put("updatedReplicas", 0)))));
        } else if (status.path("updatedReplicas").asInt() != wanted
                || status.path("availableReplicas").asInt() != wanted) {
            moves.add(new Move(
                    stored + " has rolled out",
                    cluster.with(pool.edit(
                            stored,
                            "rolled out",
                            json -> json.withObject("/status")
                                    .put("replicas", wanted)
                                    .put("updatedReplicas", wanted)
                                    .put("readyReplicas", wanted)
                                    .put("availableReplicas", wanted)))));
        }
    }
}
