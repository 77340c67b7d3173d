package dev.nuages.core;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What keeps pods from running, in words. */
public final class PodTrouble {
    /** Reasons of the kubelet's, in its own words. */
    private static final Set<String> NO_IMAGE =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

    /** The phase of a pod until all containers that prepare something are done. */
    private static final String PENDING = "Pending";

    private static final Set<String> ON_ITS_WAY = Set.of("ContainerCreating", "PodInitializing");

    /** What is said of a Job that has ended, or is about to. */
    private static final Set<String> JOB_ENDS = Set.of("Complete", "Failed", "FailureTarget", "SuccessCriteriaMet");

    /** How a container ends by itself; else somebody ended it, such as the kernel for want of memory. */
    private static final Set<String> BY_ITSELF = Set.of("Completed", "Error");

    private PodTrouble() {}

    /** The first trouble among these pods, such as {@code pod mysite-web-x: ImagePullBackOff: …}. */
    public static Optional<String> first(List<Pod> pods) {
        return first(pods, (pod, status) -> "");
    }

    /**
     * The same.
     *
     * @param withoutImage what else to say of a container whose image is not to be had: a sentence after a space, or
     *     nothing
     */
    public static Optional<String> first(List<Pod> pods, BiFunction<Pod, ContainerStatus, String> withoutImage) {
        return pods.stream().flatMap(pod -> of(pod, withoutImage)).findFirst();
    }

    /**
     * Why the API server refuses a pod that a StatefulSet lacks, or its volume: a quota, say, or a policy. A Deployment has a
     * condition that says so; of a StatefulSet only Events do.
     */
    public static Optional<String> refused(StatefulSet set, Lookup lookup) {
        return lacksPods(set) ? lookup.lastSaid(ObjectRef.of(set), "FailedCreate") : Optional.empty();
    }

    /** Those of these StatefulSets and Jobs that are refused the pods that they lack, each with why. */
    public static SortedMap<ObjectRef, String> refused(Stream<? extends HasMetadata> makers, Lookup lookup) {
        var refused = new TreeMap<ObjectRef, String>();
        makers.forEach(maker -> (switch (maker) {
                    case StatefulSet set -> refused(set, lookup);
                    case Job job -> refused(job, lookup);
                    default -> Optional.<String>empty();
                })
                .ifPresent(why -> refused.put(ObjectRef.of(maker), why)));
        return refused;
    }

    /** The same of a Job that has started. Each try is of another pod's name, which is left out: it would be news every time. */
    private static Optional<String> refused(Job job, Lookup lookup) {
        var name = job.getMetadata().getName();
        return lacksPods(job)
                ? lookup.lastSaid(ObjectRef.of(job), "FailedCreate")
                        .map(why -> why.replaceAll(Pattern.quote(name) + "-[0-9a-z]{5}\\b", name))
                : Optional.empty();
    }

    /** Whether it has begun, has not ended, and has never had a pod. */
    private static boolean lacksPods(Job job) {
        var status = job.getStatus();
        return status != null
                && status.getStartTime() != null
                && status.getConditions().stream()
                        .noneMatch(condition -> JOB_ENDS.contains(condition.getType())
                                && condition.getStatus().equals("True"))
                && Objects.requireNonNullElse(status.getActive(), 0) == 0
                && Objects.requireNonNullElse(status.getFailed(), 0) == 0;
    }

    /** Whether its controller has looked at what is wanted now, and has fewer pods. */
    private static boolean lacksPods(StatefulSet set) {
        var status = set.getStatus();
        return status != null
                && Objects.equals(
                        status.getObservedGeneration(), set.getMetadata().getGeneration())
                && Objects.requireNonNullElse(status.getReplicas(), 0)
                        < Objects.requireNonNullElse(set.getSpec().getReplicas(), 1);
    }

    /** Whether a container of one of these pods has ever run. */
    public static boolean started(List<Pod> pods) {
        return pods.stream()
                .flatMap(PodTrouble::statuses)
                .anyMatch(status -> status.getState() == null
                        || status.getState().getWaiting() == null
                        || Integer.valueOf(0).compareTo(Objects.requireNonNullElse(status.getRestartCount(), 0)) < 0);
    }

    /** What a pod's container left as its termination message, and who ended it if it did not end by itself. */
    public static Optional<String> lastWords(Pod pod) {
        return statuses(pod)
                .map(ContainerStatus::getState)
                .filter(Objects::nonNull)
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .map(terminated -> Stream.concat(
                                Stream.ofNullable(terminated.getMessage()).map(String::stripTrailing),
                                killedBy(terminated)
                                        .map(reason -> "It was ended by force: " + reason + ", code "
                                                + terminated.getExitCode())
                                        .stream())
                        .collect(Collectors.joining("\n")))
                .filter(words -> !words.isEmpty())
                .findFirst();
    }

    private static Optional<String> killedBy(ContainerStateTerminated ended) {
        return Optional.ofNullable(ended.getReason()).filter(reason -> !BY_ITSELF.contains(reason));
    }

    private static Stream<String> of(Pod pod, BiFunction<Pod, ContainerStatus, String> withoutImage) {
        var name = "pod " + pod.getMetadata().getName() + ": ";
        var unscheduled = pod.getStatus() == null
                ? Stream.<String>empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals("PodScheduled")
                                && c.getStatus().equals("False"))
                        .map(c -> name + c.getReason() + ": " + c.getMessage());
        var prepared = initStatuses(pod)
                .filter(status -> PENDING.equals(pod.getStatus().getPhase()))
                .flatMap(status -> failedBefore(status).stream()
                        .map(ended -> name + "container " + status.getName() + " ended with code " + ended.getExitCode()
                                + lastLine(ended)
                                + "; all its words: kubectl -n "
                                + pod.getMetadata().getNamespace() + " logs "
                                + pod.getMetadata().getName() + " -c " + status.getName()));
        var waiting = Stream.concat(initStatuses(pod), statuses(pod))
                .filter(status -> status.getState() != null && status.getState().getWaiting() != null)
                .filter(status -> status.getState().getWaiting().getReason() != null)
                .filter(status ->
                        !ON_ITS_WAY.contains(status.getState().getWaiting().getReason()))
                .map(status -> name + status.getState().getWaiting().getReason() + said(pod, status, withoutImage));
        return Stream.of(unscheduled, prepared, waiting).flatMap(troubles -> troubles);
    }

    /** How a container that must succeed before the others start has failed, if its latest run that ended did. */
    private static Optional<ContainerStateTerminated> failedBefore(ContainerStatus status) {
        return Stream.of(Optional.ofNullable(status.getState()), Optional.ofNullable(status.getLastState()))
                .flatMap(Optional::stream)
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .findFirst()
                .filter(ended -> !Integer.valueOf(0).equals(ended.getExitCode()));
    }

    /** What a container left as its termination message is its log's end: of a traceback, the last line says it. */
    private static String lastLine(ContainerStateTerminated ended) {
        return Objects.requireNonNullElse(ended.getMessage(), "")
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((first, last) -> last)
                .map(line -> ": " + line.strip().replaceFirst("\\.$", ""))
                .orElse("");
    }

    /** What the kubelet says of a container that waits, and what to do where that is not plain. */
    private static String said(Pod pod, ContainerStatus status, BiFunction<Pod, ContainerStatus, String> withoutImage) {
        var waiting = status.getState().getWaiting();
        var words = Optional.ofNullable(waiting.getMessage());
        if (NO_IMAGE.contains(waiting.getReason())) {
            return ": image " + status.getImage() + " is not to be had: is there such a version, and may it be pulled?"
                    + withoutImage.apply(pod, status)
                    + words.map(message -> " The node says: " + message).orElse("");
        }
        if (waiting.getReason().equals("CrashLoopBackOff")) {
            return ": container " + status.getName() + " ends again and again"
                    + Optional.ofNullable(status.getLastState())
                            .map(ContainerState::getTerminated)
                            .map(ended -> ", the last time with code " + ended.getExitCode()
                                    + killedBy(ended)
                                            .map(reason -> " (" + reason + ")")
                                            .orElse(""))
                            .orElse("")
                    + "; its last words: kubectl -n " + pod.getMetadata().getNamespace() + " logs "
                    + pod.getMetadata().getName() + " --previous";
        }
        return words.map(message -> ": " + message).orElse("");
    }

    /** Of the containers that prepare what the others need, one after the other. */
    private static Stream<ContainerStatus> initStatuses(Pod pod) {
        return pod.getStatus() == null ? Stream.empty() : pod.getStatus().getInitContainerStatuses().stream();
    }

    /** Of the containers that run side by side. */
    public static Stream<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null ? Stream.empty() : pod.getStatus().getContainerStatuses().stream();
    }
}
