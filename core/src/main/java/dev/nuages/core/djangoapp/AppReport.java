package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.Processes;
import dev.nuages.api.TaskStatus;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.Effect.Severity;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.Upkeep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What people are told about an application: its status, and the Events when it changes.
 *
 * @param problems what is wrong with the application's own configuration, each as a sentence
 */
record AppReport(Verdict.Evidence evidence, List<String> problems, DjangoAppStatus before, Verdict verdict) {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** A site that answered may do so no more, for a reason that no object in the cluster tells. */
    private static final Duration LOOK_WHETHER_IT_ANSWERS = Duration.ofMinutes(5);

    /** What does not answer yet may do so any moment, and nobody tells. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(3);

    /** Not so any more after this: what holds it up, a NetworkPolicy perhaps, is not about to go, and asking takes seconds. */
    private static final Duration LIKELY_TO_ANSWER = Duration.ofMinutes(1);

    /** How long a server may be away, moved to another node perhaps, before a site that needs it is said to suffer. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The conditions that people are woken by: of what nobody looks at they must not say that it is so, nor that it is not. */
    private static final List<String> ALERTING = List.of("Degraded", "Serving", WaitingTasks.TYPE);

    AppReport(Verdict.Evidence evidence, List<String> problems, DjangoAppStatus before) {
        this(evidence, problems, before, Verdict.of(evidence));
    }

    /** An application may be heard of before the environment that was made with it: so that there is none is asked for. */
    static Plan<DjangoAppStatus> withoutEnvironment(DjangoApp app, DjangoAppStatus before, Instant now) {
        var name = Wish.environmentName(app);
        return lost(
                app,
                before,
                List.of(new Confirmation.Absent(new ObjectRef(DjangoEnvironment.class, "", name))),
                "EnvironmentMissing",
                "there is no DjangoEnvironment " + name + ": create it, or name another in spec.environment",
                now);
    }

    /**
     * Nothing is done by an environment that says something else than it was understood to say.
     *
     * @param what the fields that could not be read
     */
    static Plan<DjangoAppStatus> environmentUnread(DjangoApp app, String what, DjangoAppStatus before, Instant now) {
        return lost(
                app,
                before,
                List.of(),
                "EnvironmentUnread",
                "what DjangoEnvironment " + Wish.environmentName(app) + " holds at " + what
                        + " cannot be read: correct it there, or take it out; what runs is left as it is until then",
                now);
    }

    private static Plan<DjangoAppStatus> lost(
            DjangoApp app,
            DjangoAppStatus before,
            List<Confirmation> confirmations,
            String reason,
            String message,
            Instant now) {
        var conditions = new Conditions(before.conditions(), app.getMetadata().getGeneration(), now)
                .set("Ready", false, reason, message)
                .set("Progressing", false, reason, message)
                .set("Degraded", true, reason, message);
        List<Effect> events =
                before.phase() == Phase.Error ? List.of() : List.of(new Effect.Emit(Severity.Warning, reason, message));
        return new Plan<>(confirmations, events, as(app, before, Phase.Error, conditions), Optional.of(LOOK_AGAIN));
    }

    /**
     * Nothing is deployed or put back, and the status says so.
     *
     * @param retention what is done all the same, so that data stays
     * @param stays whether data would stay if it were deleted now, though it is to go with it
     */
    static Plan<DjangoAppStatus> paused(
            DjangoApp app, DjangoAppStatus before, Upkeep retention, boolean stays, Instant now) {
        var asked = app.getSpec().version();
        var instead = Optional.ofNullable(before.release())
                .map(release -> release.version())
                .filter(version -> !version.equals(asked))
                .map(version -> "; " + asked + " is asked for, and " + version + " runs")
                .orElse("");
        var message = "spec.paused is set: nothing is changed, put back or deployed until it is taken away" + instead
                + (stays ? "; nor does deletionPolicy Delete hold yet: if it is deleted now, its data stays" : "");
        var conditions = new Conditions(before.conditions(), app.getMetadata().getGeneration(), now)
                .set("Paused", true, "Paused", message)
                .set("Progressing", false, "Paused", message)
                // As it was, it would be of an older generation: kubectl wait minds that, and Helm and Flux do not.
                .unknown("Ready", "Paused", message);
        ALERTING.stream()
                .filter(type -> Conditions.find(before.conditions(), type).isPresent())
                .forEach(type -> conditions.unknown(type, "Paused", "nobody looks while spec.paused is set"));
        var effects = new ArrayList<>(retention.effects());
        if (before.phase() != Phase.Paused) {
            effects.add(new Effect.Emit(Severity.Normal, Phase.Paused.name(), message));
        }
        return new Plan<>(
                retention.confirmations(), effects, as(app, before, Phase.Paused, conditions), Optional.empty());
    }

    private static DjangoAppStatus as(DjangoApp app, DjangoAppStatus before, Phase phase, Conditions conditions) {
        return new DjangoAppStatus(
                phase,
                before.ready(),
                before.url(),
                app.getMetadata().getGeneration(),
                before.migratedVersion(),
                before.release(),
                before.migration(),
                before.deploy(),
                before.superuser(),
                before.tasks(),
                conditions.list());
    }

    private Optional<WaitingTasks> waitingTasks() {
        return WaitingTasks.of(evidence, before.conditions());
    }

    /** When to plan anew, though nobody tells of a change. */
    Optional<Duration> lookAgain() {
        var patience = waitingTasks().flatMap(WaitingTasks::patience);
        return switch (verdict.phase()) {
            case Ready ->
                Optional.of(patience.filter(time -> time.compareTo(LOOK_WHETHER_IT_ANSWERS) < 0)
                        .orElse(LOOK_WHETHER_IT_ANSWERS));
            case Stopped -> patience;
            default -> Optional.of(mayAnswerAnyMoment() ? ASK_AGAIN : LOOK_AGAIN);
        };
    }

    private boolean mayAnswerAnyMoment() {
        return evidence.seen().site().filter(answer -> !answer.good()).isPresent()
                && !wasFalseFor(LIKELY_TO_ANSWER, "Serving");
    }

    private boolean wasFalseFor(Duration time, String type) {
        return Conditions.find(before.conditions(), type)
                .filter(known -> known.getStatus().equals("False"))
                .filter(known ->
                        Instant.parse(known.getLastTransitionTime()).plus(time).isBefore(evidence.now()))
                .isPresent();
    }

    List<Effect> effects() {
        var effects = new ArrayList<>(evidence.upkeep().effects());
        var current = migration().status();
        if (current != null
                && !Objects.equals(state(before.migration()), state(current))
                && migration().failed()) {
            effects.add(new Effect.Emit(
                    Severity.Warning,
                    "MigrationFailed",
                    Objects.requireNonNullElse(current.output(), verdict.message())));
        }
        if (before.phase() != verdict.phase()) {
            var severity = verdict.phase() == Phase.Error ? Severity.Warning : Severity.Normal;
            effects.add(new Effect.Emit(severity, verdict.phase().name(), verdict.message()));
        }
        waitingTasks().flatMap(WaitingTasks::event).ifPresent(effects::add);
        return effects;
    }

    DjangoAppStatus status() {
        var release = migration().release();
        return new DjangoAppStatus(
                verdict.phase(),
                readyPods(),
                url().orElse(null),
                wish().app().getMetadata().getGeneration(),
                release.map(r -> r.version()).orElse(null),
                release.orElse(null),
                migration().status(),
                evidence.deploy()
                        .map(Deploy::status)
                        .filter(d -> d.previous() != null || d.staticImages() != null)
                        .orElse(null),
                evidence.superuser().recorded(),
                tasks(),
                conditions().list());
    }

    /** Where the site answers, or will: not where another one does, nor at a host that its processes do not know yet. */
    private Optional<String> url() {
        return Route.hosts(evidence.components().wanted()).stream()
                .findFirst()
                .or(() -> wish().host()
                        .filter(host -> !evidence.seen().lostHosts().containsKey(host)))
                .map(wish()::origin);
    }

    private Conditions conditions() {
        var phase = verdict.phase();
        var settled = phase == Phase.Ready || phase == Phase.Error || phase == Phase.Stopped;
        var conditions = new Conditions(
                        before.conditions(), wish().app().getMetadata().getGeneration(), evidence.now())
                .without("Paused")
                .set("Ready", phase == Phase.Ready, verdict.reason(), verdict.message())
                .set("Progressing", !settled, verdict.reason(), verdict.message())
                .set(
                        "Degraded",
                        phase == Phase.Error || lacksForLong() || missesForLong(),
                        verdict.reason(),
                        verdict.message())
                .set(
                        "Migrated",
                        migration().settled(),
                        migration().settled() ? "Migrated" : migration().failed() ? "MigrationFailed" : "Waiting",
                        migrated())
                .set(
                        "ConnectionBudget",
                        !evidence.budget().exceeded(),
                        evidence.budget().exceeded() ? "Exceeded" : "Kept",
                        evidence.budget().message());
        var needed = evidence.needs().stream().map(Nesting.Need::type).toList();
        Nesting.CONDITIONS.stream().filter(type -> !needed.contains(type)).forEach(conditions::without);
        evidence.needs().forEach(need -> conditions.set(need.type(), need.ready(), need.reason(), need.message()));
        waitingTasks().ifPresentOrElse(tasks -> tasks.tell(conditions), () -> conditions.without(WaitingTasks.TYPE));
        if (problems.isEmpty()) {
            conditions.without("Configured");
        } else {
            conditions.set("Configured", false, "Problems", String.join("; ", problems));
        }
        evidence.seen().site().ifPresentOrElse(answer -> asked(answer, conditions), () -> unasked(conditions));
        return conditions;
    }

    /** A site that answers us serves nobody where its Gateway does not lead to it. */
    private void asked(SiteAnswer answer, Conditions conditions) {
        var refusal = evidence.refusal();
        if (answer.good() && refusal.isPresent()) {
            conditions.set("Serving", false, "RouteRefused", refusal.get());
        } else {
            conditions.set("Serving", answer.good(), answer.good() ? "Answered" : "NotAnswered", answer.words());
        }
    }

    /** Whether a site that ran once lacks what it works with, and nobody is about to bring it. */
    private boolean lacksForLong() {
        return verdict.phase() == Phase.Initializing
                && migration().release().isPresent()
                && evidence.needs().stream().anyMatch(need -> !need.ready() && wasFalseFor(PATIENCE, need.type()));
    }

    /** Whether pods are missing, and not because others are just being put in their place. */
    private boolean missesForLong() {
        return verdict.phase() == Phase.Deploying
                && wasFalseFor(DjangoPod.TO_START, "Ready")
                && evidence.lackingPods().stream()
                        .flatMap(workload -> evidence.seen().object(ObjectRef.of(workload)).stream())
                        .anyMatch(found -> !Rollout.goesOn(found));
    }

    /** Where there is nobody to ask, only what is said for certain is said: that nobody can answer. */
    private void unasked(Conditions conditions) {
        var web = wish().names().web();
        if (verdict.silent()) {
            conditions.set("Serving", false, verdict.reason(), verdict.message());
        } else if (!wish().stopped()
                && evidence.seen()
                        .deployment(web)
                        .filter(Rollout::asksForPods)
                        .filter(deployment -> !Rollout.hasAvailablePods(deployment))
                        .isPresent()) {
            conditions.set("Serving", false, "NoPodReady", "no pod of Deployment " + web + " is ready");
        } else {
            conditions.without("Serving");
        }
    }

    /** A database that is ahead of its version works until it does not: say so where people look. */
    private String migrated() {
        var record = migration().status();
        return migration().settled()
                        && record != null
                        && record.state() == MigrationStatus.State.Succeeded
                        && record.output() != null
                ? migration().message() + "; " + record.output().replace('\n', ' ')
                : migration().message();
    }

    private @Nullable List<TaskStatus> tasks() {
        var last = ScheduledTasks.last(wish(), evidence.seen(), before.tasks());
        return last.isEmpty() ? null : last;
    }

    private String readyPods() {
        return evidence.seen()
                .deployment(wish().names().web())
                .map(Rollout::available)
                .orElse("0/" + wanted(wish().processes()));
    }

    private static int wanted(Processes processes) {
        return Optional.ofNullable(processes.web().replicas()).orElse(1);
    }

    private Wish wish() {
        return evidence.wish();
    }

    private Migration migration() {
        return evidence.migration();
    }

    private static MigrationStatus.@Nullable State state(@Nullable MigrationStatus migration) {
        return migration == null ? null : migration.state();
    }
}
