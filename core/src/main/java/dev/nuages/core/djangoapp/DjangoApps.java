package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.Kind;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Plan;
import dev.nuages.core.Secrets;
import dev.nuages.core.Upkeep;
import dev.nuages.core.djangoapp.DjangoAppObserved.Configured;
import dev.nuages.core.djangoapp.DjangoAppObserved.Nested;
import dev.nuages.core.djangoapp.DjangoAppObserved.WebObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Django application: its secrets, database and cache, its migrations, its web processes and their route. */
public final class DjangoApps implements Kind<DjangoApp, DjangoAppStatus, DjangoAppObserved> {
    private static final int SECRET_KEY_LENGTH = 64;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    @Override
    public Class<DjangoApp> type() {
        return DjangoApp.class;
    }

    @Override
    public List<Class<? extends HasMetadata>> makes() {
        return List.of(
                PostgresServer.class,
                PostgresDatabase.class,
                RedisInstance.class,
                ServiceAccount.class,
                Secret.class,
                Job.class,
                Deployment.class,
                Service.class,
                Ingress.class,
                HorizontalPodAutoscaler.class,
                PodDisruptionBudget.class);
    }

    @Override
    public DjangoAppObserved observe(DjangoApp app, Lookup lookup) {
        var namespace = app.getMetadata().getNamespace();
        var names = AppNames.of(app);
        var ours = Ownership.labels(app);
        return new DjangoAppObserved(
                lookup.find(DjangoEnvironment.class, "", Wish.environmentName(app)),
                new Nested(
                        lookup.find(PostgresServer.class, namespace, names.app()),
                        lookup.find(PostgresDatabase.class, namespace, names.app()),
                        lookup.find(Secret.class, namespace, names.databaseConnection()),
                        lookup.find(RedisInstance.class, namespace, names.app()),
                        lookup.find(Secret.class, namespace, names.redisConnection())),
                new Configured(
                        lookup.find(Secret.class, namespace, names.secretKey()),
                        lookup.find(Secret.class, namespace, names.environment()),
                        lookup.find(Secret.class, namespace, names.configFile())),
                lookup.find(ServiceAccount.class, namespace, names.app()),
                lookup.list(Job.class, namespace, ours).stream()
                        .filter(MigrationJob::isMigration)
                        .toList(),
                lookup.list(Pod.class, namespace, ours),
                new WebObjects(
                        lookup.find(Deployment.class, namespace, names.web()),
                        lookup.find(Service.class, namespace, names.web()),
                        lookup.find(Ingress.class, namespace, names.app()),
                        lookup.find(HorizontalPodAutoscaler.class, namespace, names.web()),
                        lookup.find(PodDisruptionBudget.class, namespace, names.web())));
    }

    @Override
    public Plan<DjangoAppStatus> plan(DjangoApp app, DjangoAppObserved seen, Instant now) {
        var before = Optional.ofNullable(app.getStatus()).orElse(DjangoAppStatus.EMPTY);
        if (app.getMetadata().getDeletionTimestamp() != null) {
            return new Plan<>(List.of(), List.of(), before, Optional.empty());
        }
        if (seen.environment().isEmpty()) {
            return AppReport.withoutEnvironment(app, before, now, LOOK_AGAIN);
        }
        var wish = Wish.of(app, seen.environment().get().getSpec());
        var upkeep = new Upkeep(app, before.phase() == DjangoAppStatus.Phase.Ready);
        keepIdentity(wish, seen, upkeep);
        Nesting.keep(wish, seen.nested(), upkeep);
        var config = Config.render(wish, seen);
        config.ifPresent(rendered -> keepConfig(wish, rendered, seen.configured(), upkeep));
        var migration = migration(wish, seen, config, before, now);
        migration.effects().forEach(upkeep::add);
        keepRelease(wish, seen, config, migration, before, upkeep);
        if (migration.settled()) {
            forgetFormerMigrations(migration, seen, upkeep);
        }
        var report = new AppReport(wish, seen, migration, upkeep, before, now);
        var ready = report.phase() == DjangoAppStatus.Phase.Ready;
        return new Plan<>(
                confirmations(app, migration, upkeep),
                report.effects(),
                report.status(),
                ready ? Optional.empty() : Optional.of(LOOK_AGAIN));
    }

    /**
     * An old view of the application must not roll its pods back to a former release, nor take a Job for a former one's
     * whose end is not recorded yet: these are done only if the application is as it was read.
     */
    private static List<Confirmation> confirmations(DjangoApp app, Migration migration, Upkeep upkeep) {
        var confirmations = new LinkedHashSet<>(migration.confirmations());
        if (upkeep.effects().stream().anyMatch(DjangoApps::dependsOnTheRecord)) {
            confirmations.add(new Confirmation.Unchanged(
                    ObjectRef.of(app), app.getMetadata().getResourceVersion()));
        }
        return List.copyOf(confirmations);
    }

    private static boolean dependsOnTheRecord(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply -> apply.wanted() instanceof Deployment || apply.wanted() instanceof Job;
            case Effect.Delete delete -> delete.object().type() == Job.class;
            default -> false;
        };
    }

    private static void keepIdentity(Wish wish, DjangoAppObserved seen, Upkeep upkeep) {
        var app = wish.app();
        var names = AppNames.of(app);
        upkeep.keep(
                new ServiceAccountBuilder()
                        .withMetadata(Ownership.owned(app, names.app(), Map.of()))
                        .withAutomountServiceAccountToken(false)
                        .build(),
                seen.serviceAccount());
        upkeep.generate(
                Secrets.of(Ownership.generated(app, names.secretKey(), wish.deletionPolicy()), Map.of()),
                seen.configured().secretKey(),
                Map.of(Config.SECRET_KEY_KEY, SECRET_KEY_LENGTH));
    }

    private static void keepConfig(Wish wish, Config config, Configured seen, Upkeep upkeep) {
        upkeep.keep(config.environmentSecret(wish), seen.environment());
        upkeep.keep(config.fileSecret(wish), seen.file());
    }

    private static Migration migration(
            Wish wish, DjangoAppObserved seen, Optional<Config> config, DjangoAppStatus before, Instant now) {
        var databaseId = Nesting.databaseId(seen.nested());
        var identity = seen.serviceAccount().filter(account -> Ownership.ours(account, wish.app()));
        if (config.isEmpty() || databaseId.isEmpty() || identity.isEmpty()) {
            return Migration.hold(before);
        }
        return Migration.next(wish, databaseId.get(), seen, before, now);
    }

    /**
     * The processes of the migrated version, until the next one is migrated exactly as they were. A release runs only
     * when it is recorded: else, with another version wished for before the record is written, the former one would run
     * again.
     */
    private static void keepRelease(
            Wish wish,
            DjangoAppObserved seen,
            Optional<Config> config,
            Migration migration,
            DjangoAppStatus before,
            Upkeep upkeep) {
        var host = wish.host();
        var release = migration.settled() ? migration.release() : Optional.ofNullable(before.release());
        if (release.isEmpty() || host.isEmpty()) {
            return;
        }
        var running = seen.web()
                .deployment()
                .map(deployment -> deployment.getSpec().getTemplate())
                .map(template -> template.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(dev.nuages.api.Nuages.CONFIG_ANNOTATION));
        var wanted = config.map(Config::hash);
        var hash = migration.settled() ? wanted.or(() -> running) : running.or(() -> wanted);
        hash.ifPresent(value -> new Web(wish.app(), release.get()).keep(seen.web(), value, host.get(), upkeep));
        upkeep.keep(Route.ingress(wish, host.get()), seen.web().ingress());
    }

    private static void forgetFormerMigrations(Migration migration, DjangoAppObserved seen, Upkeep upkeep) {
        var last = migration.status();
        seen.migrationJobs().stream()
                .filter(MigrationJob::ended)
                .filter(job -> last == null || !job.getMetadata().getName().equals(last.job()))
                .forEach(job -> upkeep.gone(Optional.of(job)));
    }
}
