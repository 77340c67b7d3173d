package dev.nuages.core.djangoapp;

import dev.nuages.api.MigrationStatus;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Job of one migration, and what can be read off it. */
final class MigrationJob {
    private static final String COMPONENT = "migration";
    private static final String SCRIPT = script();

    private MigrationJob() {}

    static Job of(Wish wish, MigrationStatus migration) {
        var app = wish.app();
        var names = AppNames.of(app);
        var spec = wish.migrations();
        var labels = new LinkedHashMap<>(Ownership.labels(app));
        labels.put("app.kubernetes.io/name", names.app());
        labels.put("app.kubernetes.io/component", COMPONENT);
        labels.put("app.kubernetes.io/version", migration.version());
        var lockTimeout = Optional.ofNullable(spec.lockTimeoutSeconds()).orElse(5);
        var container = DjangoContainer.of(
                        names,
                        COMPONENT,
                        migration.image(),
                        migration.version(),
                        wish.settings(),
                        Optional.ofNullable(spec.resources()).orElse(wish.web().resources()),
                        List.of(
                                new EnvVar("PGOPTIONS", "-c lock_timeout=" + lockTimeout + "s", null),
                                new EnvVar(
                                        "NUAGES_LOCK_RETRIES",
                                        String.valueOf(Optional.ofNullable(spec.lockRetries())
                                                .orElse(10)),
                                        null)))
                .toBuilder()
                .withCommand("python", "-c", SCRIPT)
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .build();
        return new JobBuilder()
                .withMetadata(Ownership.owned(app, migration.job(), labels))
                .withNewSpec()
                .withBackoffLimit(0)
                .withActiveDeadlineSeconds(
                        Optional.ofNullable(spec.timeoutSeconds()).orElse(3600).longValue())
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
                .endMetadata()
                .withSpec(DjangoContainer.pod(names, container).toBuilder()
                        .withRestartPolicy("Never")
                        .build())
                .endTemplate()
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

    /** What the Job's last pod reported, or else why the Job failed. */
    static Optional<String> output(Job job, List<Pod> pods) {
        return pods(job, pods).stream()
                .map(PodTrouble::lastWords)
                .flatMap(Optional::stream)
                .reduce((first, last) -> last)
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

    private static String script() {
        try (var in = MigrationJob.class.getResourceAsStream("migrate.py")) {
            if (in == null) {
                throw new IllegalStateException("migrate.py is missing beside " + MigrationJob.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
