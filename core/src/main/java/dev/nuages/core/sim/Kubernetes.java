package dev.nuages.core.sim;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;

/** What Kubernetes' own controllers and the kubelet may do next: one move for each thing that can happen. */
public final class Kubernetes {
    private final GarbageCollector garbage;
    private final DeploymentController deployments;
    private final StatefulSetController statefulSets;
    private final JobController jobs;
    private final Kubelet kubelet;

    /**
     * Something that may happen.
     *
     * @param by which of them does it
     * @param words what it does, for a trace
     */
    public record Move(By by, String words, Cluster after) {}

    /** Who moves. */
    public enum By {
        GARBAGE_COLLECTION,
        WORKLOADS
    }

    public Kubernetes(Pool pool, Images images) {
        var pods = new Pods(pool);
        this.garbage = new GarbageCollector(new ApiServer(pool));
        this.deployments = new DeploymentController(pool, pods, images);
        this.statefulSets = new StatefulSetController(pool, pods);
        this.jobs = new JobController(pool, pods, images);
        this.kubelet = new Kubelet(pool, images, this::recount);
    }

    /** All that may happen when nothing fails but what the images do. */
    public List<Move> moves(Cluster cluster) {
        var moves = new ArrayList<Move>();
        cluster.objects().forEach(object -> garbage.moves(cluster, object, moves));
        kubelet.moves(cluster, moves);
        for (var object : cluster.objects()) {
            if (object.deleting()) {
                continue;
            }
            var type = object.ref().type();
            if (type == Deployment.class) {
                deployments.moves(cluster, object, moves);
            } else if (type == StatefulSet.class) {
                statefulSets.moves(cluster, object, moves);
            } else if (type == Job.class) {
                jobs.moves(cluster, object, moves);
            }
        }
        return moves;
    }

    /** After a pod changed: the status of what owns it, where that keeps count. */
    Cluster recount(Cluster cluster, Stored pod) {
        var after = cluster;
        for (var uid : pod.owners()) {
            var owner = cluster.byUid(uid);
            if (owner.isPresent() && owner.get().ref().type() != Pod.class) {
                after = counted(after, owner.get());
            }
        }
        return after;
    }

    private Cluster counted(Cluster cluster, Stored owner) {
        var type = owner.ref().type();
        return type == Deployment.class
                ? deployments.counted(cluster, owner)
                : type == StatefulSet.class ? statefulSets.counted(cluster, owner) : cluster;
    }
}
