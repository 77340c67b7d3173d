package dev.nuages.core.djangoapp;

import dev.nuages.api.TaskSpec;
import dev.nuages.api.TaskStatus;
import dev.nuages.api.TaskStatus.Result;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The management commands that are run on a schedule. */
final class ScheduledTasks {
    private static final String PREFIX = "task-";

    /** Enough to see the last run of each result, and its log. */
    private static final int RUNS_KEPT = 1;

    private ScheduledTasks() {}

    static List<HasMetadata> objects(Running running) {
        var objects = new ArrayList<HasMetadata>();
        Optional.ofNullable(running.processes().tasks())
                .orElse(Map.of())
                .forEach((name, task) -> objects.add(cronJob(running, component(name), task)));
        return objects;
    }

    static String component(String task) {
        return PREFIX + task;
    }

    private static CronJob cronJob(Running all, String component, TaskSpec task) {
        var running = all.of(task.pods());
        var django = running.django();
        var labels = django.labels(component);
        var container = django.container(component, task.resources(), Map.of("CONN_MAX_AGE", "0"))
                .withCommand("python", "-c", Scripts.COMMAND)
                .withArgs(task.command())
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .build();
        var template = running.template(component, django.pod(container, component), Running.MARGIN_SECONDS * 6);
        template.getSpec().setRestartPolicy("Never");
        return new CronJobBuilder()
                .withMetadata(Ownership.owned(running.app(), running.names().component(component), labels))
                .withNewSpec()
                .withSchedule(task.schedule())
                .withTimeZone(Optional.ofNullable(task.timeZone()).orElse("Etc/UTC"))
                .withConcurrencyPolicy(Optional.ofNullable(task.concurrency())
                        .orElse(TaskSpec.Concurrency.Forbid)
                        .name())
                .withSuspend(running.migrating() || running.wish().stopped() || Boolean.TRUE.equals(task.suspended()))
                // A run that was missed for longer, while it was suspended perhaps, is not made up for.
                .withStartingDeadlineSeconds(60L)
                .withSuccessfulJobsHistoryLimit(RUNS_KEPT)
                .withFailedJobsHistoryLimit(RUNS_KEPT)
                .withNewJobTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(0)
                .withActiveDeadlineSeconds(
                        Optional.ofNullable(task.deadlineSeconds()).orElse(3600).longValue())
                .withTemplate(template)
                .endSpec()
                .endJobTemplate()
                .endSpec()
                .build();
    }

    /**
     * How each command last went, by name; of one that never ran there is nothing to say.
     *
     * @param before what is recorded
     */
    static List<TaskStatus> last(Wish wish, DjangoAppObserved seen, @Nullable List<TaskStatus> before) {
        var names = new TreeSet<>(
                Optional.ofNullable(wish.processes().tasks()).orElse(Map.of()).keySet());
        return names.stream()
                .flatMap(name -> seen.jobs().stream()
                        .filter(job -> component(name)
                                .equals(Objects.requireNonNullElse(
                                                job.getMetadata().getLabels(), Map.<String, String>of())
                                        .get(DjangoPod.COMPONENT_LABEL)))
                        .max(Comparator.comparing(ScheduledTasks::begun))
                        .map(job -> status(name, job, seen, before))
                        .stream())
                .toList();
    }

    private static String begun(Job job) {
        return Objects.requireNonNullElse(job.getMetadata().getCreationTimestamp(), "");
    }

    private static TaskStatus status(String name, Job job, DjangoAppObserved seen, @Nullable List<TaskStatus> before) {
        var status = job.getStatus();
        var result = MigrationJob.complete(job)
                ? Result.Succeeded
                : MigrationJob.failed(job) ? Result.Failed : Result.Running;
        return new TaskStatus(
                name,
                result,
                begun(job),
                result == Result.Succeeded && status != null ? status.getCompletionTime() : null,
                result == Result.Failed
                        ? redactedBefore(name, job, before)
                                .or(() -> MigrationJob.output(job, seen))
                                .orElse(null)
                        : null);
    }

    /** What was once told without a secret stays so: that Secret may hold another by now, or be named no more. */
    private static Optional<String> redactedBefore(String name, Job job, @Nullable List<TaskStatus> before) {
        return DjangoPod.orEmpty(before).stream()
                .filter(task -> task.name().equals(name) && begun(job).equals(task.startedAt()))
                .map(TaskStatus::message)
                .filter(Objects::nonNull)
                .filter(Redaction::isRedacted)
                .findFirst();
    }
}
