package dev.nuages.core.sim;

import dev.nuages.core.sim.Kubernetes.By;
import dev.nuages.core.sim.Kubernetes.Move;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** Takes what has lost its owners, and lets go what nothing holds any more. */
final class GarbageCollector {
    private final ApiServer server;

    GarbageCollector(ApiServer server) {
        this.server = server;
    }

    void moves(Cluster cluster, Stored object, List<Move> moves) {
        if (object.deleting()) {
            if (object.finalizers().equals(List.of(ApiServer.FOREGROUND))
                    && cluster.ownedBy(object.uid()).isEmpty()) {
                moves.add(move(object + " is gone, with all that it owned", cluster.without(object.ref())));
            }
        } else if (orphaned(cluster, object)) {
            moves.add(move("garbage collection takes " + object, taken(cluster, object)));
        }
    }

    private Cluster taken(Cluster cluster, Stored object) {
        var runs = object.ref().type() == Pod.class && Pods.running(object);
        return runs || !object.finalizers().isEmpty()
                ? cluster.with(server.marked(object))
                : cluster.without(object.ref());
    }

    /** Whether all its owners are gone, or are deleted with what they own before them. */
    private static boolean orphaned(Cluster cluster, Stored object) {
        if (object.owners().isEmpty()) {
            return false;
        }
        for (var uid : object.owners()) {
            var owner = cluster.byUid(uid);
            if (owner.isPresent()
                    && !(owner.get().deleting() && owner.get().finalizers().contains(ApiServer.FOREGROUND))) {
                return false;
            }
        }
        return true;
    }

    private static Move move(String words, Cluster after) {
        return new Move(By.GARBAGE_COLLECTION, words, after);
    }
}
