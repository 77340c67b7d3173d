package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.api.Release;
import dev.nuages.api.TolerantReading;
import dev.nuages.core.Kind;
import dev.nuages.core.Lookup;
import dev.nuages.core.Ownership;
import dev.nuages.core.Plan;
import dev.nuages.core.PodTrouble;
import dev.nuages.core.Secrets;
import dev.nuages.core.Upkeep;
import dev.nuages.core.djangoapp.DjangoAppObserved.Configuration;
import dev.nuages.core.djangoapp.DjangoAppObserved.Configured;
import dev.nuages.core.djangoapp.DjangoAppObserved.Nested;
import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.keda.TriggerAuthentication;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Django application: its secrets and what it needs, its migrations, its processes and their routes. */
public final class DjangoApps implements Kind<DjangoApp, DjangoAppStatus, DjangoAppObserved> {
    private static final int SECRET_KEY_LENGTH = 64;

    /** What processes and routes are made into. */
    private static final List<Class<? extends HasMetadata>> COMPONENTS = List.of(
            PersistentVolumeClaim.class,
            ConfigMap.class,
            Service.class,
            Deployment.class,
            StatefulSet.class,
            HorizontalPodAutoscaler.class,
            PodDisruptionBudget.class,
            CronJob.class,
            Ingress.class);

    /** The same, of kinds that not every cluster has. */
    private static final List<Class<? extends HasMetadata>> OPTIONAL =
            List.of(HTTPRoute.class, TriggerAuthentication.class, ScaledObject.class);

    private final SiteProbe probe;

    /** Makes plans for applications whose sites are asked through {@code probe}. */
    public DjangoApps(SiteProbe probe) {
        this.probe = probe;
    }

    @Override
    public Class<DjangoApp> type() {
        return DjangoApp.class;
    }

    @Override
    public List<Class<? extends HasMetadata>> makes() {
        var kinds = new ArrayList<Class<? extends HasMetadata>>(List.of(
                PostgresServer.class,
                PostgresDatabase.class,
                RedisInstance.class,
                RabbitmqVhost.class,
                ServiceAccount.class,
                Secret.class,
                Job.class));
        kinds.addAll(COMPONENTS);
        return kinds;
    }

    @Override
    public List<Class<? extends HasMetadata>> makesWhereServed() {
        return OPTIONAL;
    }

    @Override
    public DjangoAppObserved observe(DjangoApp app, Lookup lookup) {
        var namespace = app.getMetadata().getNamespace();
        var names = AppNames.of(app);
        var ours = Ownership.labels(app);
        var environment = lookup.find(DjangoEnvironment.class, "", Wish.environmentName(app));
        var optional = OPTIONAL.stream().filter(lookup::serves).collect(Collectors.toUnmodifiableSet());
        var unread = optional.stream().filter(kind -> !lookup.knows(kind)).collect(Collectors.toUnmodifiableSet());
        var objects = Stream.concat(COMPONENTS.stream(), optional.stream().filter(kind -> !unread.contains(kind)))
                .<HasMetadata>flatMap(type -> lookup.list(type, namespace, ours).stream())
                .toList();
        var jobs = lookup.list(Job.class, namespace, ours);
        var wish = Wish.find(app, lookup);
        var seen = new DjangoAppObserved(
                environment,
                new Nested(
                        lookup.find(PostgresServer.class, namespace, names.app()),
                        lookup.find(PostgresDatabase.class, namespace, names.app()),
                        lookup.find(Secret.class, namespace, names.app() + "-database"),
                        lookup.find(RedisInstance.class, namespace, names.app()),
                        lookup.find(Secret.class, namespace, names.app() + "-redis"),
                        lookup.find(RedisInstance.class, namespace, names.durableRedis()),
                        lookup.find(Secret.class, namespace, names.durableRedis() + "-redis"),
                        lookup.find(RabbitmqVhost.class, namespace, names.app()),
                        lookup.find(Secret.class, namespace, names.app() + "-rabbitmq")),
                new Configured(
                        lookup.find(Secret.class, namespace, names.secretKey()),
                        configuration(namespace, names.configuration(), lookup),
                        configuration(namespace, names.migrationConfiguration(), lookup),
                        lookup.find(Secret.class, namespace, names.superuser())),
                lookup.find(ServiceAccount.class, namespace, names.app()),
                jobs,
                lookup.list(Pod.class, namespace, ours),
                objects,
                PodTrouble.refused(Stream.concat(objects.stream(), jobs.stream()), lookup),
                wish.map(found -> References.read(found, lookup)).orElse(Map.of()),
                optional,
                unread,
                new HostClaims(app, lookup).lost(),
                new Neighbours(app, lookup).needs(),
                Optional.empty());
        return wish.map(found -> asked(seen, found)).orElse(seen);
    }

    private static Configuration configuration(String namespace, AppNames.Configuration names, Lookup lookup) {
        return new Configuration(
                lookup.find(Secret.class, namespace, names.environment()),
                lookup.find(Secret.class, namespace, names.file()));
    }

    /** With what the site answers, if there is a pod that could answer. */
    private DjangoAppObserved asked(DjangoAppObserved seen, Wish wish) {
        var answers = seen.deployment(wish.names().web())
                .filter(Rollout::hasAvailablePods)
                .isPresent();
        if (!answers || wish.stopped() || wish.paused() || wish.host().isEmpty()) {
            return seen;
        }
        var question = HealthQuestion.of(wish, wish.host().get(), seen.pods());
        var answer = probe.ask(
                wish.app().getMetadata().getNamespace(), wish.names().web(), question.host(), question.path());
        return seen.with(answer);
    }

    @Override
    public Plan<DjangoAppStatus> plan(DjangoApp app, DjangoAppObserved seen, Instant now) {
        var before = Optional.ofNullable(app.getStatus()).orElse(DjangoAppStatus.EMPTY);
        if (app.getMetadata().getDeletionTimestamp() != null) {
            return new Plan<>(List.of(), List.of(), before, Optional.empty());
        }
        if (Boolean.TRUE.equals(app.getSpec().paused())) {
            return paused(app, seen, before, now);
        }
        if (seen.environment().isEmpty()) {
            return AppReport.withoutEnvironment(app, before, now);
        }
        var unread = TolerantReading.unread(seen.environment().get());
        if (unread.isPresent()) {
            return AppReport.environmentUnread(app, unread.get(), before, now);
        }
        var wish = Wish.of(app, seen.environment().get().getSpec());
        var upkeep = new Upkeep(app, wasReady(app, before));
        keepIdentity(wish, seen, before, upkeep);
        Nesting.keep(wish, wish.stopped() && !works(seen, before, now), seen.nested(), upkeep);
        var config = Config.render(wish, seen);
        var budget = ConnectionBudget.of(wish, seen, before);
        var migration = migration(wish, seen, config, budget, before, now);
        var deploy = deploy(wish, seen, migration, before);
        var next = migration.settled() && deploy.filter(Deploy::open).isPresent();
        config.ifPresent(rendered -> keepConfig(wish, rendered, seen.configured(), next, before, upkeep));
        Media.keep(wish, seen, upkeep);
        migration.effects().forEach(upkeep::add);
        var components = components(wish, seen, config, migration, deploy, before);
        components.keep(seen, wish, upkeep);
        var superuser = superuser(wish, seen, config, migration, deploy, before, upkeep);
        if (migration.settled()) {
            forgetFormerMigrations(migration.status(), seen, upkeep);
        }
        // Workers that still end their tasks need their broker until the last of them is gone.
        if (next && upkeep.effects().isEmpty() && components.settled(seen, now)) {
            Nesting.forget(wish, seen.nested(), upkeep);
        }
        var evidence = new Verdict.Evidence(
                wish,
                seen,
                budget,
                wish.stopped() ? List.of() : Nesting.needs(wish, seen.nested()),
                migration,
                deploy.map(d -> recorded(d, migration, before)),
                components,
                superuser,
                upkeep,
                wasReady(app, before),
                now);
        var report = new AppReport(evidence, problems(wish, seen, config, before), before);
        return new Plan<>(
                Precautions.of(app, migration, components, upkeep),
                report.effects(),
                report.status(),
                report.lookAgain());
    }

    /** Nothing is done for a paused application but that its data stays. */
    private static Plan<DjangoAppStatus> paused(
            DjangoApp app, DjangoAppObserved seen, DjangoAppStatus before, Instant now) {
        var upkeep = new Upkeep(app, false);
        var wish = seen.environment()
                .filter(environment -> TolerantReading.unread(environment).isEmpty())
                .map(environment -> Wish.of(app, environment.getSpec()));
        wish.ifPresent(asked -> Retention.keep(asked, seen, upkeep));
        var stays = wish.filter(asked -> Retention.outlivesItsPolicy(asked, seen.nested()))
                .isPresent();
        return AppReport.paused(app, before, upkeep, stays, now);
    }

    /** Whether anything still needs what the application works with: a migration does also between two of its steps. */
    private static boolean works(DjangoAppObserved seen, DjangoAppStatus before, Instant now) {
        return seen.pods().stream().anyMatch(pod -> DjangoPod.runs(pod) && !DjangoPod.isLost(pod, now))
                || Migration.runs(before.migration());
    }

    private static boolean wasReady(DjangoApp app, DjangoAppStatus before) {
        return before.phase() == DjangoAppStatus.Phase.Ready
                && app.getMetadata().getGeneration() != null
                && app.getMetadata().getGeneration().equals(before.observedGeneration());
    }

    private static List<String> problems(
            Wish wish, DjangoAppObserved seen, Optional<Config> config, DjangoAppStatus before) {
        var problems = new ArrayList<>(References.problems(wish, seen));
        problems.addAll(Components.problems(wish, seen));
        problems.addAll(Nesting.problems(wish));
        config.map(Config::clashes).ifPresent(problems::addAll);
        Superuser.problem(wish, seen, before).ifPresent(problems::add);
        return problems;
    }

    private static void keepIdentity(Wish wish, DjangoAppObserved seen, DjangoAppStatus before, Upkeep upkeep) {
        var app = wish.app();
        var names = wish.names();
        upkeep.keep(
                new ServiceAccountBuilder()
                        .withMetadata(Ownership.owned(app, names.app(), Map.of()))
                        .editMetadata()
                        .withAnnotations(wish.processes().pods().serviceAccountAnnotations())
                        .endMetadata()
                        .withAutomountServiceAccountToken(false)
                        .build(),
                seen.serviceAccount());
        upkeep.generate(
                Secrets.of(Ownership.generated(app, names.secretKey(), wish.deletionPolicy()), Map.of()),
                seen.configured().secretKey(),
                Map.of(Config.SECRET_KEY_KEY, SECRET_KEY_LENGTH));
        if (app.getSpec().superuser() != null && !Superuser.passwordLost(wish, seen, before)) {
            upkeep.generate(
                    Secrets.of(Ownership.generated(app, names.superuser(), wish.deletionPolicy()), Map.of()),
                    seen.configured().superuser(),
                    Map.of(Superuser.PASSWORD_KEY, Secrets.PASSWORD_LENGTH));
        }
    }

    /**
     * A pod of the release before, started while the next one is migrated or its static files are awaited, is to read what
     * its like have read.
     *
     * @param next whether the processes are those of what is asked for
     */
    private static void keepConfig(
            Wish wish, Config config, Configured seen, boolean next, DjangoAppStatus before, Upkeep upkeep) {
        keep(wish, config, wish.names().migrationConfiguration(), seen.migration(), upkeep);
        var processes = wish.names().configuration();
        if (next) {
            keep(wish, config, processes, seen.running(), upkeep);
        } else if (before.release() != null) {
            config.overdue(seen.running()).ifPresent(now -> keep(wish, now, processes, seen.running(), upkeep));
        }
    }

    private static void keep(
            Wish wish, Config config, AppNames.Configuration names, Configuration seen, Upkeep upkeep) {
        upkeep.keep(config.environmentSecret(wish, names), seen.environment());
        upkeep.keep(config.fileSecret(wish, names), seen.file());
    }

    private static Migration migration(
            Wish wish,
            DjangoAppObserved seen,
            Optional<Config> config,
            ConnectionBudget budget,
            DjangoAppStatus before,
            Instant now) {
        return Hindrance.of(wish, seen, config, budget, before)
                .map(why -> Migration.hold(before, why))
                .orElseGet(() -> Migration.next(
                        wish,
                        Nesting.databaseId(wish, seen.nested(), before).orElseThrow(),
                        seen,
                        budget,
                        before,
                        now));
    }

    /** A release runs only when it is recorded: else another version, wished for before that, would run the former one. */
    private static Optional<Deploy> deploy(
            Wish wish, DjangoAppObserved seen, Migration migration, DjangoAppStatus before) {
        var release = migration.settled() ? migration.release() : Optional.ofNullable(before.release());
        return release.map(r -> Deploy.of(wish, r, seen, Deploy.replaced(before, r)));
    }

    /** What the status says of it, also when this plan is the one that records the next release. */
    private static Deploy recorded(Deploy deploy, Migration migration, DjangoAppStatus before) {
        return migration
                .release()
                .filter(next -> !next.equals(before.release()))
                .map(next -> new Deploy(
                        deploy.release(), deploy.processes(), deploy.statics(), Deploy.replaced(before, next)))
                .orElse(deploy);
    }

    /**
     * The processes of the migrated version, until the next one is migrated exactly as they were: with the configuration
     * that they run with.
     */
    private static Components components(
            Wish wish,
            DjangoAppObserved seen,
            Optional<Config> config,
            Migration migration,
            Optional<Deploy> deploy,
            DjangoAppStatus before) {
        if (deploy.isEmpty() || wish.host().isEmpty()) {
            return Components.NONE;
        }
        var running = ConfigHashes.running(seen);
        var wanted = config.map(Config::hashes);
        // New pods would not start without all that they read, and those that run have read it.
        var startable = References.problems(wish, seen).isEmpty();
        var next = migration.settled() && deploy.get().open();
        var hashes = next
                ? startable ? wanted.or(() -> running) : running.or(() -> wanted)
                : running.or(() ->
                        config.map(rendered -> rendered.marks(seen.configured().running())));
        return hashes.map(value -> Components.of(
                        wish,
                        deploy.get(),
                        seen,
                        Hosts.of(wish, seen, next, value.of(Web.COMPONENT)),
                        value,
                        migration.underWay(before)))
                .orElse(Components.NONE);
    }

    private static Superuser superuser(
            Wish wish,
            DjangoAppObserved seen,
            Optional<Config> config,
            Migration migration,
            Optional<Deploy> deploy,
            DjangoAppStatus before,
            Upkeep upkeep) {
        if (!migration.settled() || deploy.filter(Deploy::open).isEmpty() || config.isEmpty() || wish.stopped()) {
            return new Superuser(before.superuser(), Optional.empty());
        }
        Release release = deploy.get().release();
        return Superuser.keep(
                wish, new Running(wish, release, config.get().hashes(), false), seen, before.superuser(), upkeep);
    }

    private static void forgetFormerMigrations(
            @org.jspecify.annotations.Nullable MigrationStatus last, DjangoAppObserved seen, Upkeep upkeep) {
        seen.jobs(MigrationJob.COMPONENT).stream()
                .filter(job -> MigrationJob.ended(job) || MigrationJob.suspended(job))
                .filter(job -> last == null || !job.getMetadata().getName().equals(last.job()))
                .forEach(job -> upkeep.gone(Optional.of(job)));
    }
}
