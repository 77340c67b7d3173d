package dev.nuages.core.djangoapp;

import dev.nuages.api.HookSpec;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.MigrationStep;
import dev.nuages.api.MigrationsSpec;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.PodTrouble;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Job of one migration, and what can be read off it. */
final class MigrationJob {
    static final String COMPONENT = "migration";

    /** What the migration itself is called among the steps. */
    private static final String MIGRATE = "migrate";

    private static final int DEFAULT_TIMEOUT_SECONDS = 3600;

    /** Far longer than Kubernetes takes. */
    private static final Duration TO_MAKE_A_POD = Duration.ofSeconds(30);

    private MigrationJob() {}

    /** What a migration consists of; null where there is only the migration itself. */
    static @Nullable List<MigrationStep> steps(MigrationsSpec spec) {
        var before = hooks(spec.before());
        var after = hooks(spec.after());
        if (before.isEmpty() && after.isEmpty()) {
            return null;
        }
        var steps = new ArrayList<>(before);
        steps.add(new MigrationStep(MIGRATE, null, null));
        steps.addAll(after);
        return steps;
    }

    private static List<MigrationStep> hooks(@Nullable List<HookSpec> hooks) {
        return DjangoPod.orEmpty(hooks).stream()
                .map(hook -> new MigrationStep(hook.name(), hook.command(), hook.timeoutSeconds()))
                .toList();
    }

    /** The hook that a migration has come to; empty where it has come to the migration itself. */
    static Optional<MigrationStep> step(MigrationStatus migration) {
        var steps = migration.steps();
        return steps == null
                ? Optional.empty()
                : Optional.of(steps.get(Objects.requireNonNullElse(migration.step(), 0)))
                        .filter(step -> step.command() != null);
    }

    static boolean isLast(MigrationStatus migration) {
        var steps = migration.steps();
        return steps == null || Objects.requireNonNullElse(migration.step(), 0) == steps.size() - 1;
    }

    /** The Job of the step that a migration has come to, which makes no pod yet. */
    static Job of(Wish wish, MigrationStatus migration) {
        var app = wish.app();
        var spec = wish.migrations();
        var processes = Defaults.of(wish.processes(), spec.pods());
        var django = new DjangoPod(
                app,
                migration.image(),
                migration.version(),
                wish.settings(),
                processes,
                wish.names().migrationConfiguration());
        var labels = django.labels(COMPONENT);
        var lockTimeout = Optional.ofNullable(spec.lockTimeoutSeconds()).orElse(5);
        var lockRetries = Optional.ofNullable(spec.lockRetries()).orElse(10);
        var step = step(migration);
        var timeout = step.isPresent() ? step.get().timeoutSeconds() : spec.timeoutSeconds();
        var variables = new LinkedHashMap<String, String>();
        variables.put("CONN_MAX_AGE", "0");
        if (step.isEmpty()) {
            // A command around it is nothing that could be begun again where it met a lock: it waits.
            variables.put("PGOPTIONS", "-c lock_timeout=" + lockTimeout + "s");
            variables.put("NUAGES_LOCK_TIMEOUT", lockTimeout + "s");
            variables.put("NUAGES_LOCK_RETRIES", String.valueOf(lockRetries));
        }
        var container = django.container(
                        COMPONENT,
                        Optional.ofNullable(spec.resources())
                                .orElse(processes.web().resources()),
                        variables)
                .withCommand("python", "-c", step.isPresent() ? Scripts.COMMAND : Scripts.MIGRATE)
                .withArgs(step.map(MigrationStep::command).orElse(List.of()))
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .build();
        var pod = django.pod(container, COMPONENT);
        pod.setRestartPolicy("Never");
        return new JobBuilder()
                .withMetadata(Ownership.owned(app, migration.job(), labels))
                .withNewSpec()
                .withSuspend(true)
                .withBackoffLimit(0)
                .withActiveDeadlineSeconds(Optional.ofNullable(timeout)
                        .orElse(DEFAULT_TIMEOUT_SECONDS)
                        .longValue())
                // A pod that is moved from its node has not failed; but a second one starts only when it is gone.
                .withPodReplacementPolicy("Failed")
                .withNewPodFailurePolicy()
                .addNewRule()
                .withAction("Ignore")
                .addNewOnPodCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .endOnPodCondition()
                .endRule()
                .endPodFailurePolicy()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .withAnnotations(processes.pods().annotations())
                .endMetadata()
                .withSpec(pod)
                .endTemplate()
                .endSpec()
                .build();
    }

    /** A Job that was made suspended, not so any more. It stays what it is, for nothing else of a Job can be changed. */
    static Job started(Job made) {
        var metadata = made.getMetadata();
        return new JobBuilder()
                .withNewMetadata()
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .withLabels(metadata.getLabels())
                .withAnnotations(metadata.getAnnotations())
                .withOwnerReferences(metadata.getOwnerReferences())
                .endMetadata()
                .withNewSpecLike(made.getSpec())
                .withSuspend(false)
                .endSpec()
                .build();
    }

    /** Judged by its conditions: {@code status.failed} also counts pods that are replaced. */
    static boolean complete(Job job) {
        return hasCondition(job, "Complete");
    }

    static boolean failed(Job job) {
        return hasCondition(job, "Failed");
    }

    static boolean ended(Job job) {
        return complete(job) || failed(job);
    }

    static boolean suspended(Job job) {
        return Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    static boolean isMigration(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getLabels())
                .orElse(Map.of())
                .getOrDefault("app.kubernetes.io/component", "")
                .equals(COMPONENT);
    }

    /** The pods of a Job, by the label that the Job's controller gives them. */
    static List<Pod> pods(Job job, List<Pod> all) {
        var name = job.getMetadata().getName();
        return all.stream()
                .filter(pod -> Optional.ofNullable(pod.getMetadata().getLabels())
                        .orElse(Map.of())
                        .getOrDefault("batch.kubernetes.io/job-name", "")
                        .equals(name))
                .toList();
    }

    /** A Job says nowhere in its status that the API server refuses its pods: its Events do, if they are still kept. */
    static Optional<String> withoutPod(Job job, List<Pod> pods, DjangoAppObserved seen, Instant now) {
        var name = job.getMetadata().getName();
        var started = Optional.ofNullable(job.getStatus())
                .map(status -> status.getStartTime())
                .filter(any -> pods.isEmpty());
        return started.flatMap(any -> Optional.ofNullable(seen.refused().get(ObjectRef.of(job))))
                .map(why -> "Job " + name + " gets no pod: " + why)
                .or(() -> started.filter(
                                time -> Instant.parse(time).plus(TO_MAKE_A_POD).isBefore(now))
                        .map(any -> "Job " + name + " has started and has no pod: kubectl -n "
                                + job.getMetadata().getNamespace() + " describe job " + name + " tells why"));
    }

    /** What the Job's last pod reported, less what is secret; or else why the Job failed. */
    static Optional<String> output(Job job, DjangoAppObserved seen) {
        return pods(job, seen.pods()).stream()
                .map(PodTrouble::lastWords)
                .flatMap(Optional::stream)
                .reduce((first, last) -> last)
                .map(new Redaction(seen)::redacted)
                .or(() -> job.getStatus() == null
                        ? Optional.empty()
                        : job.getStatus().getConditions().stream()
                                .filter(c -> c.getType().equals("Failed"))
                                .map(c -> c.getReason() + ": " + c.getMessage())
                                .findFirst());
    }

    private static boolean hasCondition(Job job, String type) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals("True"));
    }
}
