package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.MigrationStatus.State;
import dev.nuages.api.Nuages;
import dev.nuages.api.Release;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.Hashes;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.PodTrouble;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the migration of an application stands, and what it needs next.
 *
 * <p>A migration is first recorded in the status, whose write fails if the application is not as it was read; only a
 * plan that finds the record makes its Job, and only one that finds that Job starts it. So two of them cannot run at once,
 * and none is run again that has ended, however old the caches are, wherever the operator dies and however late a write
 * of it arrives.
 *
 * @param settled whether the wanted version is migrated, that is recorded, and no migration runs
 * @param release what is recorded to run; empty before the first version is migrated
 * @param status the record from now on
 * @param message what is going on, for people
 */
record Migration(
        boolean settled,
        Optional<Release> release,
        @Nullable MigrationStatus status,
        String message,
        List<Confirmation> confirmations,
        List<Effect> effects) {

    /**
     * Nothing is begun while the application's needs are not met.
     *
     * @param why what it waits for, as a sentence
     */
    static Migration hold(DjangoAppStatus before, String why) {
        return new Migration(
                false, Optional.ofNullable(before.release()), before.migration(), why, List.of(), List.of());
    }

    static Migration next(
            Wish wish,
            String databaseId,
            DjangoAppObserved seen,
            ConnectionBudget budget,
            DjangoAppStatus before,
            Instant now) {
        return new Step(wish, databaseId, seen, budget, before, now).next();
    }

    /** Whether the wanted version is migrated, and not to be migrated once more. */
    static boolean isDone(Wish wish, String databaseId, DjangoAppStatus before) {
        var release = before.release();
        return release != null
                && migrates(wish, databaseId, release.image(), release.databaseId())
                && !isToRepeat(wish, databaseId, before.migration());
    }

    private static boolean migrates(Wish wish, String databaseId, String image, String database) {
        return image.equals(wish.image()) && database.equals(databaseId);
    }

    /**
     * Whether what is migrated is to be migrated once more: a request since the last one asks for it, as after a
     * database was restored from an older backup; or it was asked for, and failed.
     */
    private static boolean isToRepeat(Wish wish, String databaseId, @Nullable MigrationStatus last) {
        var asked = retryAsked(wish);
        return last != null
                && ((last.state() == State.Failed && migrates(wish, databaseId, last.image(), last.databaseId()))
                        || (asked != null && !Objects.equals(last.retry(), asked)));
    }

    private static @Nullable String retryAsked(Wish wish) {
        var asked = Ownership.annotation(wish.app(), Nuages.RETRY_ANNOTATION);
        return asked.isEmpty() ? null : asked;
    }

    /** Whether one runs, or this plan records its end, after which the next release takes over. */
    boolean underWay(DjangoAppStatus before) {
        return !settled && (runs() || !release.equals(Optional.ofNullable(before.release())));
    }

    /** Whether one is recorded as begun and not as ended. */
    boolean runs() {
        return runs(status);
    }

    /** Whether a record is of one that has begun and not ended. */
    static boolean runs(@Nullable MigrationStatus record) {
        return record != null && record.state() == State.Running;
    }

    boolean failed() {
        return status != null && status.state() == State.Failed;
    }

    /** One look at the migration, with all that it depends on. */
    private record Step(
            Wish wish,
            String databaseId,
            DjangoAppObserved seen,
            ConnectionBudget budget,
            DjangoAppStatus before,
            Instant now) {

        Migration next() {
            var last = before.migration();
            if (last != null && runs(last)) {
                return running(last);
            }
            if (isDone(wish, databaseId, before)) {
                return new Migration(
                        true,
                        Optional.of(wanted()),
                        last,
                        "version " + wish.version() + " is migrated"
                                + (last != null && last.state() == State.Failed ? "; " + why(last) : ""),
                        List.of(),
                        List.of());
            }
            if (last != null
                    && last.state() == State.Succeeded
                    && migrates(last.image(), last.databaseId())
                    && !isToRepeat(wish, databaseId, last)) {
                return released(last);
            }
            if (last != null && last.state() == State.Failed && !askedAgain(last)) {
                return waiting(last, why(last));
            }
            return begin(last, List.of());
        }

        private Migration running(MigrationStatus last) {
            var found = seen.jobs(MigrationJob.COMPONENT).stream()
                    .filter(job -> job.getMetadata().getName().equals(last.job()))
                    .findFirst();
            var wanted = migrates(last.image(), last.databaseId());
            if (found.isEmpty()) {
                return wanted ? create(last) : begin(last, List.of(new Confirmation.Absent(job(last))));
            }
            var job = found.get();
            var pods = MigrationJob.pods(job, seen.pods());
            if (MigrationJob.complete(job)) {
                if (MigrationJob.isLast(last)) {
                    // What was asked for since it began may be more than what it began for.
                    return succeeded(last, job, wanted && !budget.refuses());
                }
                return wanted ? stepOn(last, job) : begin(last, asSeen(job));
            }
            // A Job fails when its pods have ended; of those that seem to run the end is still to be heard, and what
            // they said.
            if (MigrationJob.failed(job)
                    && pods.stream().noneMatch(pod -> DjangoPod.runs(pod) && !DjangoPod.isLost(pod, now))) {
                var record = ended(last, State.Failed, job);
                return waiting(record, why(record), asSeen(job));
            }
            if (wanted && MigrationJob.suspended(job) && job.getMetadata().getDeletionTimestamp() == null) {
                return start(last, job);
            }
            if (!wanted && !PodTrouble.started(pods) && job.getMetadata().getDeletionTimestamp() == null) {
                // It could not even start, for want of its image perhaps, and is not wanted any more.
                var delete = new Effect.Delete(job(last), job.getMetadata().getUid());
                return new Migration(
                        false,
                        running(),
                        last,
                        "giving up the migration to version " + last.version(),
                        List.of(),
                        List.of(delete));
            }
            return waiting(
                    last,
                    DjangoPodTrouble.first(pods, new Redaction(seen))
                            .or(() -> MigrationJob.withoutPod(job, pods, seen, now))
                            .orElse("Job " + last.job() + " "
                                    + MigrationJob.step(last)
                                            .map(step -> "runs " + step.name() + " of")
                                            .orElse("migrates to")
                                    + " version " + last.version()));
        }

        private static String why(MigrationStatus last) {
            return failure(last) + ": " + lastLine(last.output());
        }

        private static String failure(MigrationStatus last) {
            return MigrationJob.step(last)
                    .map(step -> "hook " + step.name() + " of version " + last.version() + " failed")
                    .orElse("the migration to version " + last.version() + " failed");
        }

        /**
         * Made suspended: a process that was stopped while this write was on its way may send it when the migration has
         * long ended, or another one runs. Such a Job never starts.
         */
        private Migration create(MigrationStatus last) {
            return new Migration(
                    false,
                    running(),
                    last,
                    "Job " + last.job() + " is being created",
                    List.of(),
                    List.of(new Effect.Create(MigrationJob.of(wish, last))));
        }

        /** While this very Job is suspended, no other record can have taken the place of its own. */
        private Migration start(MigrationStatus last, Job job) {
            return new Migration(
                    false,
                    running(),
                    last,
                    "Job " + last.job() + " is being started",
                    List.of(),
                    List.of(new Effect.Apply(
                            MigrationJob.started(job),
                            Optional.of(job.getMetadata().getUid()),
                            List.of())));
        }

        /** What an old view says of a Job may be of one that was since deleted, and made again. */
        private static List<Confirmation> asSeen(Job job) {
            return List.of(new Confirmation.Unchanged(
                    ObjectRef.of(job), job.getMetadata().getResourceVersion()));
        }

        private Migration begin(@Nullable MigrationStatus last, List<Confirmation> confirmations) {
            var attempt = last == null ? 1 : last.attempt() + 1;
            var steps = MigrationJob.steps(wish.migrations());
            var record = new MigrationStatus(
                    attempt,
                    wish.image(),
                    wish.version(),
                    databaseId,
                    steps,
                    steps == null ? null : 0,
                    name(wish.image(), databaseId, attempt, 0),
                    State.Running,
                    Conditions.time(now),
                    null,
                    null,
                    wish.app().getMetadata().getGeneration(),
                    retryAsked());
            return new Migration(
                    false,
                    running(),
                    record,
                    "the migration to version " + wish.version() + " begins",
                    confirmations,
                    List.of());
        }

        /** The next step is recorded before its Job is made, as the first one is. */
        private Migration stepOn(MigrationStatus last, Job job) {
            var step = Objects.requireNonNullElse(last.step(), 0) + 1;
            var record = new MigrationStatus(
                    last.attempt(),
                    last.image(),
                    last.version(),
                    last.databaseId(),
                    last.steps(),
                    step,
                    name(last.image(), last.databaseId(), last.attempt(), step),
                    State.Running,
                    last.startedAt(),
                    null,
                    output(last, job),
                    last.generation(),
                    last.retry());
            return waiting(record, "Job " + last.job() + " is done", asSeen(job));
        }

        private String name(String image, String database, int attempt, int step) {
            var parts = String.join("|", wish.app().getMetadata().getUid(), image, database, String.valueOf(attempt));
            return AppNames.of(wish.app())
                    .migration(Hashes.sha256(step == 0 ? parts : parts + "|" + step)
                            .substring(0, 10));
        }

        private Migration succeeded(MigrationStatus last, Job job, boolean wanted) {
            var record = ended(last, State.Succeeded, job);
            return new Migration(
                    false,
                    wanted ? Optional.of(wanted()) : running(),
                    record,
                    "version " + last.version() + " is migrated",
                    asSeen(job),
                    List.of());
        }

        /** It was done while something else was asked for, or more than may be. */
        private Migration released(MigrationStatus last) {
            return new Migration(
                    false,
                    Optional.of(wanted()),
                    last,
                    "version " + last.version() + " is migrated",
                    List.of(),
                    List.of());
        }

        private Migration waiting(MigrationStatus record, String message) {
            return waiting(record, message, List.of());
        }

        private Migration waiting(MigrationStatus record, String message, List<Confirmation> confirmations) {
            return new Migration(false, running(), record, message, confirmations, List.of());
        }

        private MigrationStatus ended(MigrationStatus last, State state, Job job) {
            return new MigrationStatus(
                    last.attempt(),
                    last.image(),
                    last.version(),
                    last.databaseId(),
                    last.steps(),
                    last.step(),
                    last.job(),
                    state,
                    last.startedAt(),
                    Conditions.time(now),
                    output(last, job),
                    last.generation(),
                    last.retry());
        }

        /** What the step said; a hook that has nothing to say leaves what the migration said. */
        private @Nullable String output(MigrationStatus last, Job job) {
            return MigrationJob.output(job, seen).orElse(last.output());
        }

        private boolean migrates(String image, String database) {
            return Migration.migrates(wish, databaseId, image, database);
        }

        private boolean askedAgain(MigrationStatus last) {
            return !Objects.equals(last.generation(), wish.app().getMetadata().getGeneration())
                    || !Objects.equals(last.retry(), retryAsked())
                    || !migrates(last.image(), last.databaseId());
        }

        private @Nullable String retryAsked() {
            return Migration.retryAsked(wish);
        }

        private Optional<Release> running() {
            return Optional.ofNullable(before.release());
        }

        private Release wanted() {
            return new Release(wish.image(), wish.version(), databaseId, wish.settings(), wish.processes());
        }

        private ObjectRef job(MigrationStatus last) {
            return new ObjectRef(Job.class, wish.app().getMetadata().getNamespace(), last.job());
        }

        private static String lastLine(@Nullable String output) {
            return output == null
                    ? "it left no output"
                    : output.lines()
                            .filter(line -> !line.isBlank())
                            .reduce("", (a, b) -> b)
                            .strip();
        }
    }
}
