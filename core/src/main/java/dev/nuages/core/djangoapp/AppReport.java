package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.MigrationStatus;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.Effect.Severity;
import dev.nuages.core.Plan;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people are told about an application: its status, and the Events when it changes. */
final class AppReport {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final Wish wish;
    private final DjangoAppObserved seen;
    private final Migration migration;
    private final Upkeep upkeep;
    private final DjangoAppStatus before;
    private final Instant now;
    private final List<Nesting.Need> needs;
    private final Verdict verdict;

    /** Where the application is, why, and what that means, in words. */
    private record Verdict(Phase phase, String reason, String message) {}

    AppReport(
            Wish wish,
            DjangoAppObserved seen,
            Migration migration,
            Upkeep upkeep,
            DjangoAppStatus before,
            Instant now) {
        this.wish = wish;
        this.seen = seen;
        this.migration = migration;
        this.upkeep = upkeep;
        this.before = before;
        this.now = now;
        this.needs = Nesting.needs(wish, seen.nested());
        this.verdict = verdict();
    }

    static Plan<DjangoAppStatus> withoutEnvironment(
            DjangoApp app, DjangoAppStatus before, Instant now, Duration lookAgain) {
        var name = Wish.environmentName(app);
        var message = "there is no DjangoEnvironment " + name + ": create it, or name another in spec.environment";
        var generation = app.getMetadata().getGeneration();
        var conditions = new Conditions(before.conditions(), generation, now)
                .set("Ready", false, "EnvironmentMissing", message)
                .set("Progressing", false, "EnvironmentMissing", message)
                .set("Degraded", true, "EnvironmentMissing", message);
        var status = new DjangoAppStatus(
                Phase.Error,
                before.ready(),
                before.url(),
                generation,
                before.migratedVersion(),
                before.release(),
                before.migration(),
                conditions.list());
        List<Effect> events = before.phase() == Phase.Error
                ? List.of()
                : List.of(new Effect.Emit(Severity.Warning, "EnvironmentMissing", message));
        return new Plan<>(List.of(), events, status, Optional.of(lookAgain));
    }

    Phase phase() {
        return verdict.phase();
    }

    List<Effect> effects() {
        var effects = new ArrayList<>(upkeep.effects());
        var former = before.migration();
        var current = migration.status();
        if (current != null && !Objects.equals(state(former), state(current)) && migration.failed()) {
            effects.add(new Effect.Emit(
                    Severity.Warning,
                    "MigrationFailed",
                    Objects.requireNonNullElse(current.output(), verdict.message())));
        }
        if (before.phase() != verdict.phase()) {
            var severity = verdict.phase() == Phase.Error ? Severity.Warning : Severity.Normal;
            effects.add(new Effect.Emit(severity, verdict.phase().name(), verdict.message()));
        }
        return effects;
    }

    DjangoAppStatus status() {
        var generation = wish.app().getMetadata().getGeneration();
        var phase = verdict.phase();
        var conditions = new Conditions(before.conditions(), generation, now)
                .set("Ready", phase == Phase.Ready, verdict.reason(), verdict.message())
                .set("Progressing", phase != Phase.Ready && phase != Phase.Error, verdict.reason(), verdict.message())
                .set("Degraded", phase == Phase.Error, verdict.reason(), verdict.message())
                .set(
                        "Migrated",
                        migration.settled(),
                        migration.settled() ? "Migrated" : migration.failed() ? "MigrationFailed" : "Waiting",
                        migrated());
        if (wish.app().getSpec().redis() == null) {
            conditions.without("RedisReady");
        }
        needs.forEach(need -> conditions.set(need.type(), need.ready(), need.reason(), need.message()));
        var release = migration.release();
        return new DjangoAppStatus(
                phase,
                readyPods(),
                wish.url().orElse(null),
                generation,
                release.map(r -> r.version()).orElse(null),
                release.orElse(null),
                migration.status(),
                conditions.list());
    }

    /** A database that is ahead of its version works until it does not: say so where people look. */
    private String migrated() {
        var record = migration.status();
        return migration.settled() && record != null && record.output() != null
                ? migration.message() + "; " + record.output().replace('\n', ' ')
                : migration.message();
    }

    private Verdict verdict() {
        if (!upkeep.taken().isEmpty()) {
            return new Verdict(
                    Phase.Error,
                    "NameTaken",
                    String.join(", ", upkeep.taken())
                            + " exists and was not made for this application: rename or delete it");
        }
        if (wish.host().isEmpty()) {
            return new Verdict(
                    Phase.Error,
                    "HostMissing",
                    "no host is known: set spec.host, or spec.domain of DjangoEnvironment "
                            + Wish.environmentName(wish.app()));
        }
        var unmet = needs.stream().filter(need -> !need.ready()).findFirst();
        if (unmet.isPresent()) {
            var need = unmet.get();
            return new Verdict(need.hopeless() ? Phase.Error : Phase.Initializing, need.reason(), need.message());
        }
        if (!migration.settled()) {
            return migrating();
        }
        return deploying();
    }

    private Verdict migrating() {
        if (migration.status() == null) {
            return new Verdict(Phase.Initializing, "Configuring", "the configuration is being made");
        }
        if (migration.failed()) {
            return new Verdict(
                    Phase.Error,
                    "MigrationFailed",
                    migration.message() + " (see status.migration; " + serving()
                            + "set spec.version to one that migrates, or mend what it needs and run: nuages retry "
                            + wish.app().getMetadata().getName() + ")");
        }
        return new Verdict(Phase.Migrating, "Migrating", migration.message());
    }

    private String serving() {
        return migration
                .release()
                .map(r -> "version " + r.version() + " serves on; ")
                .orElse("");
    }

    private Verdict deploying() {
        var deployment = seen.web().deployment();
        if (deployment.isEmpty() || !upkeep.effects().isEmpty() || !rolledOut(deployment.get())) {
            var stuck = deployment.filter(AppReport::stuck).isPresent();
            var trouble = PodTrouble.first(seen.pods().stream()
                    .filter(pod -> !MigrationJob.isMigration(pod))
                    .toList());
            var message = "the web pods of version " + wish.version() + " are being rolled out, " + readyPods()
                    + " ready" + trouble.map(text -> "; " + text).orElse("");
            return stuck
                    ? new Verdict(Phase.Error, "RolloutFailed", message)
                    : new Verdict(Phase.Deploying, "RollingOut", message);
        }
        var former = seen.pods().stream().filter(this::mayStillAnswer).count();
        if (former > 0) {
            return new Verdict(
                    Phase.Deploying,
                    "RollingOut",
                    "every web pod of version " + wish.version() + " is ready; " + former
                            + " that it replaces may still answer");
        }
        return new Verdict(
                Phase.Ready,
                "Ready",
                "version " + wish.version() + " serves at " + wish.url().orElse(""));
    }

    /**
     * Whether a pod that was replaced may still answer: proxies hear late that it goes. A pod that is to be gone and is
     * not, because its node is lost perhaps, is not waited for.
     */
    private boolean mayStillAnswer(Pod pod) {
        var labels = Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of());
        var gone = pod.getMetadata().getDeletionTimestamp();
        return labels.entrySet().containsAll(Web.labels(AppNames.of(wish.app())).entrySet())
                && (pod.getStatus() == null || !ENDED.contains(pod.getStatus().getPhase()))
                && (gone == null
                        ? !wish.version().equals(labels.get("app.kubernetes.io/version"))
                        : now.isBefore(Instant.parse(gone)));
    }

    private String readyPods() {
        return seen.web()
                .deployment()
                .map(deployment -> {
                    var status = deployment.getStatus();
                    var available = status == null ? 0 : Objects.requireNonNullElse(status.getAvailableReplicas(), 0);
                    return available + "/"
                            + Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
                })
                .orElse("0/" + Optional.ofNullable(wish.web().replicas()).orElse(1));
    }

    private static boolean rolledOut(Deployment deployment) {
        var status = deployment.getStatus();
        var wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        return status != null
                && Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration())
                && count(status.getUpdatedReplicas()) == wanted
                && count(status.getReplicas()) == wanted
                && count(status.getAvailableReplicas()) == wanted;
    }

    private static boolean stuck(Deployment deployment) {
        return deployment.getStatus() != null
                && deployment.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Progressing")
                                && c.getStatus().equals("False")
                                && "ProgressDeadlineExceeded".equals(c.getReason()));
    }

    private static int count(@Nullable Integer replicas) {
        return replicas == null ? 0 : replicas;
    }

    private static MigrationStatus.@Nullable State state(@Nullable MigrationStatus migration) {
        return migration == null ? null : migration.state();
    }
}
