package dev.nuages.core.djangoapp;

import dev.nuages.api.DeployStatus;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.Release;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * In which order the processes of a migrated release replace those of the one before: static files first, for pages of the
 * new version ask for its files from the first request on. That they are served is recorded in the status, not looked up
 * each time, or the loss of a pod with static files would bring the former version's processes back.
 *
 * @param release whose static files and routes there are
 * @param processes whose other processes run: the release before, until the new one's static files are served
 * @param statics whose static files are served, the oldest first
 * @param status what is recorded from now on
 */
record Deploy(Release release, Release processes, List<Release> statics, DeployStatus status) {

    /** The next step for a release that is recorded as migrated. */
    static Deploy of(Wish wish, Release release, DjangoAppObserved seen, DeployStatus recorded) {
        var previous = recorded.previous();
        var served = Optional.ofNullable(recorded.staticImages()).orElse(List.of());
        boolean open = open(release, recorded);
        var keeps = release.processes().staticFiles() != null
                && !Boolean.FALSE.equals(release.processes().staticFiles().keepPrevious());
        var older = Stream.concat(Stream.ofNullable(recorded.lastRolledOut()), Stream.ofNullable(previous))
                .filter(p -> keeps && p.processes().staticFiles() != null && !StaticFiles.same(p, release));
        var statics = Stream.concat(older, Stream.of(release)).toList();
        return new Deploy(
                release,
                open || previous == null ? release : previous,
                statics,
                status(
                        release,
                        recorded,
                        nowServed(wish, release, statics, seen, served),
                        open && webRuns(wish, release, seen)));
    }

    private static DeployStatus status(
            Release release, DeployStatus recorded, @Nullable List<String> served, boolean webRuns) {
        // One that had no static files to wait for is not gone back to when it is given some.
        if (release.processes().staticFiles() == null || recorded.previous() == null) {
            return new DeployStatus(null, served, null, null);
        }
        return new DeployStatus(
                recorded.previous(),
                served,
                (webRuns || Boolean.TRUE.equals(recorded.rolledOut())) ? true : null,
                recorded.lastRolledOut());
    }

    /** Whether all web pods there are to be are of a release, and run. */
    private static boolean webRuns(Wish wish, Release release, DjangoAppObserved seen) {
        return seen.deployment(wish.names().web())
                .filter(web -> Rollout.asksForPods(web) && Rollout.done(web))
                .filter(web -> GivenImage.isIn(web, release.image()))
                .isPresent();
    }

    /** Whether the processes of the release may run, as far as its static files go. */
    boolean open() {
        return processes.equals(release);
    }

    /** What is recorded when a release takes the place of the one there was: the same where that is no other one. */
    static DeployStatus replaced(DjangoAppStatus before, Release next) {
        var recorded = Optional.ofNullable(before.deploy()).orElse(DeployStatus.EMPTY);
        var former = before.release();
        // One whose processes never ran has not taken the place of those that do.
        if (former == null || StaticFiles.same(former, next) || !open(former, recorded)) {
            return recorded;
        }
        // The files of its image may be there, but not where its pages ask for them.
        var served = Stream.ofNullable(recorded.staticImages())
                .flatMap(List::stream)
                .filter(image -> !image.equals(next.image()) || !image.equals(former.image()))
                .toList();
        // While the former's web pods do not come, those of the release before it answer on.
        var answers = Boolean.TRUE.equals(recorded.rolledOut())
                ? null
                : recorded.lastRolledOut() != null ? recorded.lastRolledOut() : recorded.previous();
        return new DeployStatus(former, served.isEmpty() ? null : served, null, answers);
    }

    private static boolean open(Release release, DeployStatus recorded) {
        return release.processes().staticFiles() == null
                || recorded.previous() == null
                || Optional.ofNullable(recorded.staticImages())
                        .orElse(List.of())
                        .contains(release.image());
    }

    private static @Nullable List<String> nowServed(
            Wish wish, Release release, List<Release> statics, DjangoAppObserved seen, List<String> served) {
        var spec = release.processes().staticFiles();
        if (spec == null) {
            return null;
        }
        return seen.deployment(wish.names().component(StaticFiles.COMPONENT))
                .filter(Rollout::done)
                // Of no pods all are there too, as while an application is stopped.
                .filter(files ->
                        Rollout.asksForPods(files) || Integer.valueOf(0).equals(spec.replicas()))
                .flatMap(files -> StaticFiles.served(files, release, statics))
                .orElse(served.isEmpty() ? null : served);
    }
}
