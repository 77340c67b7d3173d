package dev.nuages.core.djangoapp;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether what a Deployment or a StatefulSet asks for is so by now. */
final class Rollout {
    private Rollout() {}

    /** Whether every pod is of the newest kind and available, and none is left of another. What is deleted is never done. */
    static boolean done(HasMetadata workload) {
        return workload.getMetadata().getDeletionTimestamp() == null && complete(workload);
    }

    private static boolean complete(HasMetadata workload) {
        return switch (workload) {
            case Deployment d -> {
                var status = d.getStatus();
                var wanted = wanted(d);
                yield status != null
                        && seenByItsController(d)
                        && count(status.getUpdatedReplicas()) == wanted
                        && count(status.getReplicas()) == wanted
                        && count(status.getAvailableReplicas()) == wanted;
            }
            case StatefulSet s -> {
                var status = s.getStatus();
                var wanted = Objects.requireNonNullElse(s.getSpec().getReplicas(), 1);
                yield status != null
                        && Objects.equals(
                                status.getObservedGeneration(), s.getMetadata().getGeneration())
                        // A StatefulSet of none counts no pod as updated (it has no current revision to count by).
                        && (wanted == 0 || count(status.getUpdatedReplicas()) == wanted)
                        && count(status.getReplicas()) == wanted
                        && count(status.getReadyReplicas()) == wanted;
            }
            default -> true;
        };
    }

    /** Whether Kubernetes has given a Deployment up. */
    static boolean stuck(HasMetadata workload) {
        return workload instanceof Deployment deployment
                && deployment.getStatus() != null
                && deployment.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Progressing")
                                && c.getStatus().equals("False")
                                && "ProgressDeadlineExceeded".equals(c.getReason()));
    }

    /** Whether a Deployment is putting pods in others' place: it says itself when that takes too long. A StatefulSet does not. */
    static boolean goesOn(HasMetadata workload) {
        return workload instanceof Deployment deployment
                && (deployment.getStatus() == null || !seenByItsController(deployment) || !rolledOut(deployment));
    }

    /**
     * Whether a Deployment that was rolled out gets other numbers of the same pods from an autoscaler.
     *
     * @param fewest how many of them have to be available
     * @param wasReady whether it is known that nothing else than their number has changed since it was rolled out
     */
    static boolean scales(HasMetadata workload, int fewest, boolean wasReady) {
        return workload.getMetadata().getDeletionTimestamp() == null
                && workload instanceof Deployment deployment
                && deployment.getStatus() != null
                && rolledOut(deployment)
                && (wasReady || seenByItsController(deployment))
                && count(deployment.getStatus().getUpdatedReplicas())
                        == count(deployment.getStatus().getReplicas())
                && count(deployment.getStatus().getAvailableReplicas()) >= fewest;
    }

    private static boolean seenByItsController(Deployment deployment) {
        return Objects.equals(
                deployment.getStatus().getObservedGeneration(),
                deployment.getMetadata().getGeneration());
    }

    /** Whether its newest pods once took the place of all others: it says so until it is given other ones. */
    private static boolean rolledOut(Deployment deployment) {
        return deployment.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Progressing") && "NewReplicaSetAvailable".equals(c.getReason()));
    }

    /** Why the API server refuses pods of a Deployment or a StatefulSet: a quota, say, or a policy. */
    static Optional<String> refusedPods(HasMetadata workload, DjangoAppObserved seen) {
        return workload instanceof Deployment deployment && deployment.getStatus() != null
                ? deployment.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals("ReplicaFailure")
                                && c.getStatus().equals("True"))
                        .map(c -> c.getMessage())
                        .findFirst()
                : Optional.ofNullable(seen.refused().get(ObjectRef.of(workload)));
    }

    /** Whether it is to have any pods at all. */
    static boolean asksForPods(Deployment deployment) {
        return wanted(deployment) > 0;
    }

    /** Whether any of its pods takes requests, be it of the newest kind or not. */
    static boolean hasAvailablePods(Deployment deployment) {
        var status = deployment.getStatus();
        return status != null && count(status.getAvailableReplicas()) > 0;
    }

    /** Such as {@code 2/3}: how many pods are available, of how many wanted. */
    static String available(Deployment deployment) {
        var status = deployment.getStatus();
        return (status == null ? 0 : count(status.getAvailableReplicas())) + "/" + wanted(deployment);
    }

    /**
     * How many pods of the newest kind answer, of how many wanted, such as {@code  (1/2)}; empty for what has no pods to
     * count.
     */
    static String progress(HasMetadata workload) {
        return switch (workload) {
            case Deployment deployment -> " (" + newAndAvailable(deployment) + "/" + wanted(deployment) + ")";
            case StatefulSet set ->
                " ("
                        + (set.getStatus() == null ? 0 : count(set.getStatus().getReadyReplicas()))
                        + "/" + Objects.requireNonNullElse(set.getSpec().getReplicas(), 1) + ")";
            default -> "";
        };
    }

    /** Those of the kind before are not replaced until a new one answers, so whoever does not is taken for a new one. */
    private static int newAndAvailable(Deployment deployment) {
        var status = deployment.getStatus();
        if (status == null || !seenByItsController(deployment)) {
            return 0;
        }
        var unavailable = count(status.getReplicas()) - count(status.getAvailableReplicas());
        return Math.max(0, count(status.getUpdatedReplicas()) - Math.max(0, unavailable));
    }

    /** Kubernetes' own default is one. */
    private static int wanted(Deployment deployment) {
        return Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
    }

    private static int count(@Nullable Integer replicas) {
        return replicas == null ? 0 : replicas;
    }
}
