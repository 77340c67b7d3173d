package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.sim.Kubernetes.By;
import dev.nuages.core.sim.Kubernetes.Move;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * StatefulSets, whose pods have numbers and claims of their own. There are never two pods of one number: the next one is
 * made when the former is gone. The claims go with their set where it says so.
 */
final class StatefulSetController {
    private final Pool pool;
    private final Pods pods;

    private record Counts(long generation, long replicas, long updated, long ready) {}

    StatefulSetController(Pool pool, Pods pods) {
        this.pool = pool;
        this.pods = pods;
    }

    void moves(Cluster cluster, Stored set, List<Move> moves) {
        if (!seen(set)) {
            var observed = pool.edit(
                    set, "observe", json -> json.withObject("/status").put("observedGeneration", generation(set)));
            moves.add(move(set + " is looked at", counted(withClaims(cluster, observed), observed)));
            return;
        }
        int wanted = DeploymentController.replicas(set);
        var tooMany = Pods.of(cluster, set).stream()
                .filter(pod -> Pods.alive(pod) && number(pod) >= wanted)
                .reduce((first, last) -> last);
        if (tooMany.isPresent()) {
            moves.add(retire(cluster, set, tooMany.get()));
            return;
        }
        for (int number = 0; number < wanted; number++) {
            var pod = cluster.find(new ObjectRef(Pod.class, set.ref().namespace(), podName(set, number)));
            if (pod.isEmpty()) {
                create(cluster, set, number, moves);
                return;
            }
            if (!Pods.ready(pod.get()) || pod.get().deleting()) {
                // One in order waits for ever for a former pod that was never ready.
                var parallel =
                        set.json().at("/spec/podManagementPolicy").asText().equals("Parallel");
                if (parallel && isFormer(set, pod.get()) && !pod.get().deleting()) {
                    moves.add(retire(cluster, set, pod.get()));
                }
                return;
            }
        }
        Pods.of(cluster, set).reversed().stream()
                .filter(pod -> isFormer(set, pod) && !pod.deleting())
                .findFirst()
                .ifPresent(pod -> moves.add(retire(cluster, set, pod)));
    }

    private void create(Cluster cluster, Stored set, int number, List<Move> moves) {
        var name = podName(set, number);
        var after = cluster;
        for (var claim : claims(set, number)) {
            var there = cluster.find(claim.ref());
            if (there.filter(c -> c.deleting() || ownedByAnother(set, c)).isPresent()) {
                return; // it must be gone before there can be a new one
            }
            after = there.isPresent() ? after : after.with(claim);
        }
        var pod = pods.of(set, name, Map.of("controller-revision-hash", pods.hash(set)));
        moves.add(move(set + " creates " + pod, counted(after.with(pod), set)));
    }

    private Move retire(Cluster cluster, Stored set, Stored pod) {
        return move(set + " retires " + pod, counted(cluster.with(new ApiServer(pool).marked(pod)), set));
    }

    private static boolean ownedByAnother(Stored set, Stored claim) {
        return !claim.owners().isEmpty() && !claim.owners().contains(set.uid());
    }

    /** The claims that there are, bound to the set's life or not as it says now. */
    private Cluster withClaims(Cluster cluster, Stored set) {
        var after = cluster;
        for (int number = 0; number < DeploymentController.replicas(set); number++) {
            for (var wanted : claims(set, number)) {
                var there = cluster.find(wanted.ref());
                if (there.isPresent() && !ownedByAnother(set, there.get())) {
                    after = after.with(wanted);
                }
            }
        }
        return after;
    }

    private List<Stored> claims(Stored set, int number) {
        var claims = new ArrayList<Stored>();
        for (var template : set.json().at("/spec/volumeClaimTemplates")) {
            var name = template.at("/metadata/name").asText() + "-" + podName(set, number);
            claims.add(pool.remember(set, "claim " + name, () -> claim(set, (ObjectNode) template, name)));
        }
        return claims;
    }

    private Stored claim(Stored set, ObjectNode template, String name) {
        var claim = Pool.empty().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
        var meta = claim.putObject("metadata")
                .put("name", name)
                .put("namespace", set.ref().namespace())
                .put("uid", "PersistentVolumeClaim-" + name);
        meta.set("labels", template.at("/metadata/labels").deepCopy());
        if (set.json()
                .at("/spec/persistentVolumeClaimRetentionPolicy/whenDeleted")
                .asText()
                .equals("Delete")) {
            meta.putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", "apps/v1")
                    .put("kind", "StatefulSet")
                    .put("name", set.ref().name())
                    .put("uid", set.uid());
        }
        return pool.of(
                new ObjectRef(PersistentVolumeClaim.class, set.ref().namespace(), name), claim, Optional.empty());
    }

    /** With a status that counts its pods, where this generation of it was seen. */
    Cluster counted(Cluster cluster, Stored set) {
        if (!seen(set)) {
            return cluster.with(set);
        }
        var alive = Pods.of(cluster, set).stream().filter(Pods::alive).toList();
        var counts = new Counts(
                generation(set),
                alive.size(),
                alive.stream().filter(pod -> !isFormer(set, pod)).count(),
                alive.stream().filter(Pods::ready).count());
        return cluster.with(pool.edit(
                set,
                counts,
                json -> json.withObject("/status")
                        .put("replicas", counts.replicas())
                        .put("updatedReplicas", counts.updated())
                        .put("readyReplicas", counts.ready())
                        .put("availableReplicas", counts.ready())));
    }

    private boolean isFormer(Stored set, Stored pod) {
        return !pods.hash(set).equals(pod.object().getMetadata().getLabels().get("controller-revision-hash"));
    }

    private static int number(Stored pod) {
        var name = pod.ref().name();
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    private static String podName(Stored set, int number) {
        return set.ref().name() + "-" + number;
    }

    private static boolean seen(Stored set) {
        return DeploymentController.number(set, "/status/observedGeneration") == generation(set);
    }

    private static long generation(Stored set) {
        return DeploymentController.number(set, "/metadata/generation");
    }

    private static Move move(String words, Cluster after) {
        return new Move(By.WORKLOADS, words, after);
    }
}
