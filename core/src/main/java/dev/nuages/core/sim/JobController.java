package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.sim.Kubernetes.By;
import dev.nuages.core.sim.Kubernetes.Move;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;

/** Jobs of one pod at a time; one that was evicted is replaced, and so is one that a suspended Job ended. */
final class JobController {
    /** On a pod that had to leave its node: it has not failed. */
    static final String EVICTED = "DisruptionTarget";

    private final Pool pool;
    private final Pods pods;
    private final Images images;

    JobController(Pool pool, Pods pods, Images images) {
        this.pool = pool;
        this.pods = pods;
        this.images = images;
    }

    void moves(Cluster cluster, Stored job, List<Move> moves) {
        if (ended(job)) {
            return;
        }
        var own = Pods.of(cluster, job);
        if (job.text("/spec/suspend").equals("true")) {
            own.stream()
                    .filter(pod -> !Pods.ended(pod))
                    .forEach(pod ->
                            moves.add(move(job + " is suspended, which ends " + pod, cluster.without(pod.ref()))));
            return;
        }
        var end = own.stream().filter(pod -> Pods.ended(pod) && !evicted(pod)).findFirst();
        if (end.isPresent()) {
            var how = Pods.phase(end.get()).equals("Succeeded") ? "Complete" : "Failed";
            moves.add(move(job + ": " + how, cluster.with(ended(job, how, "BackoffLimitExceeded"))));
        } else if (own.stream().allMatch(JobController::evicted)) {
            var pod = pods.of(
                    job,
                    name(cluster, job),
                    Map.of("batch.kubernetes.io/job-name", job.ref().name()));
            var active =
                    pool.edit(job, "active", json -> json.withObject("/status").put("active", 1));
            moves.add(move(job + " creates " + pod, cluster.with(active).with(pod)));
        } else {
            own.stream()
                    .filter(pod -> images.missing().contains(Pods.image(pod)) && !pod.deleting())
                    .forEach(pod -> moves.add(move(
                            "the deadline of " + job + " is over",
                            cluster.with(ended(job, "Failed", "DeadlineExceeded"))
                                    .without(pod.ref()))));
        }
    }

    /** One that no pod has, nor one that is left of a former Job of this name. */
    private static String name(Cluster cluster, Stored job) {
        int number = 0;
        while (cluster.find(pod(job, number)).isPresent()) {
            number++;
        }
        return pod(job, number).name();
    }

    private static ObjectRef pod(Stored job, int number) {
        return new ObjectRef(Pod.class, job.ref().namespace(), job.ref().name() + "-" + number);
    }

    private Stored ended(Stored job, String how, String reason) {
        return pool.edit(job, how + reason, json -> {
            var status = json.withObject("/status");
            status.remove("active");
            var condition =
                    status.withArray("/conditions").addObject().put("type", how).put("status", "True");
            if (how.equals("Failed")) {
                condition.put("reason", reason).put("message", "the Job was given up");
            }
        });
    }

    static boolean ended(Stored job) {
        return !job.text("/status/conditions/0/type").isEmpty();
    }

    static boolean evicted(Stored pod) {
        return pod.text("/status/conditions/1/type").equals(EVICTED);
    }

    /** What an eviction makes of a pod. */
    static void evict(ObjectNode pod) {
        Kubelet.end(pod, "Failed", "");
        pod.withArray("/status/conditions").addObject().put("type", EVICTED).put("status", "True");
    }

    /** Whether a pod runs what a Job was made for. */
    static boolean works(Stored pod) {
        return pod.ref().type() == Pod.class && Pods.ownerKind(pod).equals("Job") && Pods.running(pod);
    }

    private static Move move(String words, Cluster after) {
        return new Move(By.WORKLOADS, words, after);
    }
}
