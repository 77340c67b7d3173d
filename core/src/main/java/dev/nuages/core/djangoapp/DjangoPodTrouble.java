package dev.nuages.core.djangoapp;

import dev.nuages.core.PodTrouble;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What keeps an application's pods from running or from being ready, in words. */
final class DjangoPodTrouble {
    /** How long a process may run and not be ready before that is worth a word. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private DjangoPodTrouble() {}

    /** The first trouble among these pods, less what is secret. */
    static Optional<String> first(List<Pod> pods, Redaction redaction) {
        return PodTrouble.first(pods, DjangoPodTrouble::withoutImage).map(redaction::redacted);
    }

    private static String withoutImage(Pod pod, ContainerStatus status) {
        return StaticFiles.copiesFormer(pod, status)
                ? " It is the version before, whose static files are served too: without them,"
                        + " set spec.staticFiles.keepPrevious to false."
                : "";
    }

    /** The first of these pods that runs, and has not been ready for longer than it should take. */
    static Optional<String> silent(List<Pod> pods, Instant now) {
        return pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .flatMap(pod -> PodTrouble.statuses(pod)
                        .filter(status -> !Boolean.TRUE.equals(status.getReady()) && runsLong(status, now))
                        .map(status -> "pod " + pod.getMetadata().getName() + ": container " + status.getName()
                                + " runs and is not ready" + why(pod, status) + "; its words: kubectl -n "
                                + pod.getMetadata().getNamespace() + " logs "
                                + pod.getMetadata().getName()))
                .findFirst();
    }

    private static boolean runsLong(ContainerStatus status, Instant now) {
        return Optional.ofNullable(status.getState())
                .map(ContainerState::getRunning)
                .map(running -> running.getStartedAt())
                .filter(started -> Instant.parse(started).plus(PATIENCE).isBefore(now))
                .isPresent();
    }

    private static String why(Pod pod, ContainerStatus status) {
        if (DjangoPod.awaitsConnection(pod, status)) {
            return ", for it has connected to nothing yet: it still starts, or its broker does not answer";
        }
        return HealthQuestion.of(pod)
                .findFirst()
                .map(asked ->
                        ", for it does not answer GET " + asked.path() + " for host " + asked.host() + " with success")
                .orElse("");
    }
}
