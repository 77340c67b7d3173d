package dev.nuages.core.djangoapp;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a site is asked to see whether it serves.
 *
 * @param host as which it is asked
 */
record HealthQuestion(String host, String path) {

    /**
     * What the web pods that are ready are asked by their kubelet, where they agree; else as the application wishes. While
     * another path or host is rolled out, those of the former kind serve, which know nothing of it.
     */
    static HealthQuestion of(Wish wish, String host, List<Pod> pods) {
        var asked = pods.stream()
                .filter(pod ->
                        Web.COMPONENT.equals(pod.getMetadata().getLabels().get(DjangoPod.COMPONENT_LABEL)))
                .filter(HealthQuestion::isReady)
                .flatMap(HealthQuestion::of)
                .distinct()
                .toList();
        return asked.size() == 1
                ? asked.getFirst()
                : new HealthQuestion(host, Web.healthPath(wish.processes().web()));
    }

    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    /** What a pod's kubelet asks its containers over HTTP, to know whether they are ready. */
    static Stream<HealthQuestion> of(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .map(container -> container.getReadinessProbe())
                .filter(Objects::nonNull)
                .map(Probe::getHttpGet)
                .filter(Objects::nonNull)
                .flatMap(get -> host(get).map(host -> new HealthQuestion(host, get.getPath())).stream());
    }

    private static Optional<String> host(HTTPGetAction get) {
        return get.getHttpHeaders().stream()
                .filter(header -> header.getName().equals("Host"))
                .map(HTTPHeader::getValue)
                .findFirst();
    }
}
