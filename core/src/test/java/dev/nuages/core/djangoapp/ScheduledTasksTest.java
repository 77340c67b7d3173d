package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.Knob.app;
import static dev.nuages.core.djangoapp.Knob.requested;
import static dev.nuages.core.djangoapp.Knob.table;
import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.TaskStatus;
import dev.nuages.api.TaskStatus.Result;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Commands that run on a schedule: what is made of them, when they may start, and what is said of the last run. */
class ScheduledTasksTest {
    private static final String FIRST = "2026-01-01T03:00:00Z";
    private static final String SECOND = "2026-01-02T03:00:00Z";
    private static final String SECOND_ENDED = "2026-01-02T03:00:09Z";

    private final SiteInMemory site = new SiteInMemory();

    @TestFactory
    Stream<DynamicTest> fields() {
        return table(
                app("tasks: {tidy: {schedule: '@daily', command: [clearsessions, --verbosity=0]}}", of -> {
                    var task = task(of);
                    assertThat(task.getSchedule()).isEqualTo("@daily");
                    assertThat(task.getTimeZone()).isEqualTo("Etc/UTC");
                    assertThat(task.getConcurrencyPolicy()).isEqualTo("Forbid");
                    assertThat(task.getSuspend()).isFalse();
                    assertThat(task.getStartingDeadlineSeconds()).isEqualTo(60);
                    var run = task.getJobTemplate().getSpec();
                    assertThat(run.getActiveDeadlineSeconds()).isEqualTo(3600);
                    assertThat(run.getBackoffLimit()).isZero();
                    var container = run.getTemplate().getSpec().getContainers().getFirst();
                    assertThat(container.getCommand()).containsExactly("python", "-c", Scripts.COMMAND);
                    assertThat(container.getArgs()).containsExactly("clearsessions", "--verbosity=0");
                }),
                app("tasks: {tidy: {schedule: '0 3 * * *', timeZone: Europe/Paris, command: [tidy]}}", of -> {
                    assertThat(task(of).getSchedule()).isEqualTo("0 3 * * *");
                    assertThat(task(of).getTimeZone()).isEqualTo("Europe/Paris");
                }),
                app(
                        "tasks: {tidy: {schedule: '@hourly', command: [tidy], concurrency: Replace}}",
                        of -> assertThat(task(of).getConcurrencyPolicy()).isEqualTo("Replace")),
                app(
                        "tasks: {tidy: {schedule: '@hourly', command: [tidy], deadlineSeconds: 90}}",
                        of -> assertThat(task(of).getJobTemplate().getSpec().getActiveDeadlineSeconds())
                                .isEqualTo(90)),
                app(
                        "tasks: {tidy: {schedule: '@hourly', command: [tidy], suspended: true}}",
                        of -> assertThat(task(of).getSuspend()).isTrue()),
                app(
                        "tasks: {tidy: {schedule: '@hourly', command: [tidy], resources: {requests: {memory: 2Gi}}}}",
                        of -> assertThat(requested(of, "task-tidy", "memory")).isEqualTo("2Gi")));
    }

    @Test
    @DisplayName("none starts while a version is migrated to, and each may again when that is done")
    void migrating() {
        site.ready(WHOLE);
        assertThat(cleanup().getSpec().getSuspend()).isFalse();
        site.change(WHOLE.replace("version: \"1.0\"", "version: \"1.1\""));
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        assertThat(cleanup().getSpec().getSuspend()).isTrue();
        site.migrated();
        assertThat(cleanup().getSpec().getSuspend()).isFalse();
    }

    @Test
    @DisplayName("none starts of what is stopped, and each may again when that is started")
    void stopped() {
        site.ready(WHOLE);
        site.change(WHOLE + "  stopped: true\n");
        site.settle();
        assertThat(cleanup().getSpec().getSuspend()).isTrue();
        site.change(WHOLE);
        site.settle();
        assertThat(cleanup().getSpec().getSuspend()).isFalse();
    }

    @Test
    @DisplayName("the status says how the last run went: that it runs, when it ended, or why it failed")
    void lastResult() {
        site.ready(WHOLE);
        assertThat(site.status().tasks()).as("before the first run").isNullOrEmpty();
        site.cluster.put(run("cleanup-1", FIRST));
        site.settle();
        assertThat(site.status().tasks()).containsExactly(new TaskStatus("cleanup", Result.Running, FIRST, null, null));

        fails("cleanup-1", "django.db.utils.OperationalError: no such table");
        site.settle();
        assertThat(site.status().tasks())
                .containsExactly(new TaskStatus(
                        "cleanup", Result.Failed, FIRST, null, "django.db.utils.OperationalError: no such table"));
        assertThat(site.status().phase()).as("the site serves all the same").isEqualTo(Phase.Ready);

        site.cluster.put(run("cleanup-2", SECOND));
        succeeds("cleanup-2");
        site.settle();
        assertThat(site.status().tasks())
                .as("of the later one")
                .containsExactly(new TaskStatus("cleanup", Result.Succeeded, SECOND, SECOND_ENDED, null));

        site.change(WHOLE.replace("  tasks: {cleanup: {schedule: \"0 3 * * *\", command: [clearsessions]}}\n", ""));
        site.settle();
        assertThat(site.status().tasks()).as("of a command that is no more").isNullOrEmpty();
    }

    private static CronJobSpec task(RenderedSite of) {
        return of.get(CronJob.class, "mysite-task-tidy").getSpec();
    }

    private CronJob cleanup() {
        return site.cluster.get(CronJob.class, "mysite-task-cleanup");
    }

    /** As the CronJob's controller makes it. */
    private Job run(String name, String begun) {
        var template = cleanup().getSpec().getJobTemplate();
        return new JobBuilder()
                .withNewMetadataLike(template.getMetadata())
                .withName(name)
                .withNamespace("default")
                .withCreationTimestamp(begun)
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private void succeeds(String run) {
        site.cluster
                .get(Job.class, run)
                .setStatus(new JobStatusBuilder()
                        .withCompletionTime(SECOND_ENDED)
                        .addNewCondition()
                        .withType("Complete")
                        .withStatus("True")
                        .endCondition()
                        .build());
    }

    private void fails(String run, String words) {
        var job = site.cluster.get(Job.class, run);
        SiteInMemory.end(job, "Failed");
        var template = job.getSpec().getTemplate();
        site.cluster.put(new PodBuilder()
                .withNewMetadataLike(template.getMetadata())
                .withName(run + "-pod")
                .withNamespace("default")
                .addToLabels("batch.kubernetes.io/job-name", run)
                .endMetadata()
                .withSpec(template.getSpec())
                .withNewStatus()
                .withPhase("Failed")
                .addNewContainerStatus()
                .withName("task-cleanup")
                .withNewState()
                .withNewTerminated()
                .withExitCode(1)
                .withMessage(words)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build());
    }
}
