package dev.nuages.core.djangoapp;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What keeps pods from running, in words. */
final class PodTrouble {
    private static final Set<String> ON_ITS_WAY = Set.of("ContainerCreating", "PodInitializing");

    private PodTrouble() {}

    /** The first trouble among these pods, such as {@code pod mysite-web-x: ImagePullBackOff: …}. */
    static Optional<String> first(List<Pod> pods) {
        return pods.stream().flatMap(PodTrouble::of).findFirst();
    }

    /** Whether a container of one of these pods has ever run. */
    static boolean started(List<Pod> pods) {
        return pods.stream()
                .flatMap(PodTrouble::statuses)
                .anyMatch(status -> status.getState() == null
                        || status.getState().getWaiting() == null
                        || Integer.valueOf(0).compareTo(Objects.requireNonNullElse(status.getRestartCount(), 0)) < 0);
    }

    /** What a pod's container left as its termination message. */
    static Optional<String> lastWords(Pod pod) {
        return statuses(pod)
                .map(ContainerStatus::getState)
                .filter(Objects::nonNull)
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .map(terminated -> terminated.getMessage())
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static Stream<String> of(Pod pod) {
        var name = "pod " + pod.getMetadata().getName() + ": ";
        var unscheduled = pod.getStatus() == null
                ? Stream.<String>empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals("PodScheduled")
                                && c.getStatus().equals("False"))
                        .map(c -> name + c.getReason() + ": " + c.getMessage());
        var waiting = statuses(pod)
                .filter(status -> status.getState() != null && status.getState().getWaiting() != null)
                .filter(status -> status.getState().getWaiting().getReason() != null)
                .filter(status ->
                        !ON_ITS_WAY.contains(status.getState().getWaiting().getReason()))
                .map(status -> name
                        + status.getState().getWaiting().getReason()
                        + Optional.ofNullable(status.getState().getWaiting().getMessage())
                                .map(message -> ": " + message)
                                .orElse(""));
        return Stream.concat(unscheduled, waiting);
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null ? Stream.empty() : pod.getStatus().getContainerStatuses().stream();
    }
}
