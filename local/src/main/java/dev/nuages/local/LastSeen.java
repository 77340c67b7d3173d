package dev.nuages.local;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
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
        for (Node node : client.nodes().list().getItems()) {
            edit(client.nodes().withName(node.getMetadata().getName()), LastSeen::withoutReadiness);
        }
        pods().filter(pod -> pod.getStatus().getConditions().stream().anyMatch(LastSeen::saysReady))
                .map(Pod::getMetadata)
                .forEach(pod -> edit(
                        client.pods().inNamespace(pod.getNamespace()).withName(pod.getName()),
                        LastSeen::withoutReadiness));
    }

    /** Again with what is there now, for the controllers that have just started write there too. */
    private static <T> void edit(Resource<T> resource, UnaryOperator<T> edit) {
        while (resource.get() != null) {
            try {
                resource.editStatus(edit);
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw e;
                }
            }
        }
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
