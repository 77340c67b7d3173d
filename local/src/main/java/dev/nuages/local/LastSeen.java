package dev.nuages.local;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
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
 * What the API server was last told of the node and its pods.
 *
 * @param client an administrator's
 */
record LastSeen(KubernetesClient client) {
    private static final List<String> READINESS = List.of("Ready", "ContainersReady");
    private static final String REASON = "NodeDown";
    private static final String MESSAGE = "The local cluster was down.";

    /** The ids of the images that pods run. */
    Set<String> images() {
        return pods().flatMap(pod -> Stream.concat(
                        pod.getStatus().getContainerStatuses().stream(),
                        pod.getStatus().getInitContainerStatuses().stream()))
                .map(status -> status.getImageID())
                .collect(Collectors.toSet());
    }

    /**
     * Says of the node and of each pod that they are not ready, as Kubernetes itself does after forty seconds of silence.
     * For when nothing of them runs: what was written is then of an earlier time, and would be believed until the kubelet
     * has looked.
     */
    void isOver() {
        client.nodes()
                .list()
                .getItems()
                .forEach(node -> client.nodes().resource(node).editStatus(LastSeen::withoutReadiness));
        pods().filter(pod -> pod.getStatus().getConditions().stream().anyMatch(LastSeen::saysReady))
                .forEach(pod -> client.pods().resource(pod).editStatus(LastSeen::withoutReadiness));
    }

    private Stream<Pod> pods() {
        return client.pods().inAnyNamespace().list().getItems().stream();
    }

    private static boolean saysReady(PodCondition condition) {
        return READINESS.contains(condition.getType()) && condition.getStatus().equals("True");
    }

    static Pod withoutReadiness(Pod pod) {
        for (PodCondition condition : pod.getStatus().getConditions()) {
            if (saysReady(condition)) {
                condition.setStatus("False");
                condition.setReason(REASON);
                condition.setMessage(MESSAGE);
                condition.setLastTransitionTime(now());
            }
        }
        return pod;
    }

    static Node withoutReadiness(Node node) {
        for (NodeCondition condition : node.getStatus().getConditions()) {
            if (condition.getType().equals("Ready") && condition.getStatus().equals("True")) {
                condition.setStatus("False");
                condition.setReason(REASON);
                condition.setMessage(MESSAGE);
                condition.setLastTransitionTime(now());
            }
        }
        return node;
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
