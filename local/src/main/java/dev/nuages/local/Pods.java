package dev.nuages.local;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the API server knows of the cluster's pods.
 *
 * @param client an administrator's
 */
record Pods(KubernetesClient client) {
    private static final List<String> READINESS = List.of("Ready", "ContainersReady");

    /** The ids of the images they run. */
    Set<String> images() {
        return all().flatMap(pod -> Stream.concat(
                        pod.getStatus().getContainerStatuses().stream(),
                        pod.getStatus().getInitContainerStatuses().stream()))
                .map(status -> status.getImageID())
                .collect(Collectors.toSet());
    }

    /**
     * Says of each that it is not ready, as Kubernetes itself does after forty seconds in which the node kept silent. For
     * when nothing of them runs: what was written of them is then of an earlier time, and would be believed until the
     * kubelet has looked.
     */
    void areDown() {
        all().filter(Pods::isReady).forEach(pod -> client.pods().resource(pod).editStatus(Pods::withoutReadiness));
    }

    private Stream<Pod> all() {
        return client.pods().inAnyNamespace().list().getItems().stream();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream().anyMatch(Pods::saysReady);
    }

    private static boolean saysReady(PodCondition condition) {
        return READINESS.contains(condition.getType()) && condition.getStatus().equals("True");
    }

    static Pod withoutReadiness(Pod pod) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        pod.getStatus().getConditions().stream().filter(Pods::saysReady).forEach(condition -> {
            condition.setStatus("False");
            condition.setReason("NodeDown");
            condition.setMessage("The local cluster was down.");
            condition.setLastTransitionTime(now);
        });
        return pod;
    }
}
