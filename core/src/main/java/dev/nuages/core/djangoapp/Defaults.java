package dev.nuages.core.djangoapp;

import dev.nuages.api.BeatDefaults;
import dev.nuages.api.BeatSpec;
import dev.nuages.api.CeleryPoolSpec;
import dev.nuages.api.CelerySpec;
import dev.nuages.api.ChannelWorkersDefaults;
import dev.nuages.api.ChannelWorkersSpec;
import dev.nuages.api.ComponentPodsSpec;
import dev.nuages.api.DjangoAppSpec;
import dev.nuages.api.DjangoEnvironmentSpec;
import dev.nuages.api.MigrationsSpec;
import dev.nuages.api.MountSpec;
import dev.nuages.api.PodsSpec;
import dev.nuages.api.ProbesSpec;
import dev.nuages.api.Processes;
import dev.nuages.api.SecretKeys;
import dev.nuages.api.StaticFilesSpec;
import dev.nuages.api.TaskDefaults;
import dev.nuages.api.TaskSpec;
import dev.nuages.api.WebSpec;
import dev.nuages.api.WebsocketsSpec;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fills in what an application leaves to its environment. A field is one choice; how many pods is one, made in two ways. */
final class Defaults {
    /** The pool that an application has which names none. */
    static final String POOL = "default";

    private static final String OVERRIDES = "NUAGES_OVERRIDES";

    private Defaults() {}

    static Processes processes(DjangoAppSpec spec, DjangoEnvironmentSpec environment) {
        return new Processes(
                web(orElse(spec.web(), WebSpec.EMPTY), orElse(environment.web(), WebSpec.EMPTY)),
                Optional.ofNullable(spec.websockets())
                        .map(own -> websockets(own, orElse(environment.websockets(), WebsocketsSpec.EMPTY)))
                        .orElse(null),
                each(
                        spec.channelWorkers(),
                        orElse(environment.channelWorkers(), ChannelWorkersDefaults.EMPTY),
                        Defaults::channelWorkers),
                Optional.ofNullable(spec.celery())
                        .map(own -> celery(own, environment))
                        .orElse(null),
                Optional.ofNullable(spec.staticFiles())
                        .map(own -> staticFiles(own, orElse(environment.staticFiles(), StaticFilesSpec.EMPTY)))
                        .orElse(null),
                spec.media(),
                each(spec.tasks(), orElse(environment.tasks(), TaskDefaults.EMPTY), Defaults::task),
                env(spec.env(), besides(spec.secrets(), environment.env())),
                spec.envFrom(),
                spec.secrets(),
                pods(orElse(spec.pods(), PodsSpec.EMPTY), orElse(environment.pods(), PodsSpec.EMPTY)));
    }

    private static WebSpec web(WebSpec own, WebSpec defaults) {
        var either = new Either<>(own, defaults);
        var scaled = own.replicas() != null || own.autoscale() != null ? own : defaults;
        // A command or a server of one's own is not to meet what the environment has for another.
        var another = own.server() != null && own.server() != orElse(defaults.server(), WebSpec.Server.Gunicorn);
        var server = own.command() != null || another ? own : defaults;
        return new WebSpec(
                scaled.replicas(),
                scaled.autoscale(),
                either(own.server(), server.server()),
                either.of(WebSpec::workers),
                own.workerClass() != null || own.server() != null ? own.workerClass() : server.workerClass(),
                either.of(WebSpec::threads),
                either.of(WebSpec::timeoutSeconds),
                either.of(WebSpec::gracefulTimeoutSeconds),
                either.of(WebSpec::wsgi),
                either.of(WebSpec::asgi),
                either(own.args(), server.args()),
                own.command() != null || own.server() != null ? own.command() : server.command(),
                either.of(WebSpec::healthPath),
                probes(own.probes(), defaults.probes()),
                either.of(WebSpec::resources),
                componentPods(own.pods(), defaults.pods()));
    }

    private static WebsocketsSpec websockets(WebsocketsSpec own, WebsocketsSpec defaults) {
        var either = new Either<>(own, defaults);
        var scaled = own.replicas() != null || own.autoscale() != null ? own : defaults;
        return new WebsocketsSpec(
                scaled.replicas(),
                scaled.autoscale(),
                either.of(WebsocketsSpec::asgi),
                either.of(WebsocketsSpec::paths),
                either.of(WebsocketsSpec::drainSeconds),
                own.command() != null ? own.args() : either.of(WebsocketsSpec::args),
                either.of(WebsocketsSpec::command),
                either.of(WebsocketsSpec::healthPath),
                probes(own.probes(), defaults.probes()),
                either.of(WebsocketsSpec::resources),
                componentPods(own.pods(), defaults.pods()));
    }

    private static @Nullable ProbesSpec probes(@Nullable ProbesSpec own, @Nullable ProbesSpec defaults) {
        if (own == null || defaults == null) {
            return own == null ? defaults : own;
        }
        var either = new Either<>(own, defaults);
        return new ProbesSpec(
                either.of(ProbesSpec::startupSeconds),
                either.of(ProbesSpec::timeoutSeconds),
                either.of(ProbesSpec::readinessSeconds),
                either.of(ProbesSpec::livenessSeconds));
    }

    private static CelerySpec celery(CelerySpec own, DjangoEnvironmentSpec environment) {
        var defaults = orElse(environment.celeryPool(), CeleryPoolSpec.EMPTY);
        var pools = new TreeMap<String, CeleryPoolSpec>();
        orElse(own.pools(), Map.of(POOL, CeleryPoolSpec.EMPTY))
                .forEach((name, pool) -> pools.put(name, pool(pool, defaults)));
        var broker = Optional.ofNullable(own.broker())
                .or(() -> Optional.ofNullable(environment.broker()))
                .orElse(CelerySpec.Broker.RabbitMQ);
        return new CelerySpec(
                own.app(),
                broker,
                either(own.visibilityTimeoutSeconds(), environment.visibilityTimeoutSeconds()),
                pools,
                Optional.ofNullable(own.beat())
                        .map(beat -> beat(beat, orElse(environment.beat(), BeatDefaults.EMPTY)))
                        .orElse(null));
    }

    private static BeatSpec beat(BeatSpec own, BeatDefaults defaults) {
        return new BeatSpec(
                either(own.scheduler(), defaults.scheduler()),
                own.storage(),
                own.storageClassName(),
                either(own.maxLoopIntervalSeconds(), defaults.maxLoopIntervalSeconds()),
                own.args(),
                either(own.resources(), defaults.resources()),
                componentPods(own.pods(), defaults.pods()));
    }

    private static ChannelWorkersSpec channelWorkers(ChannelWorkersSpec own, ChannelWorkersDefaults defaults) {
        return new ChannelWorkersSpec(
                own.channels(),
                own.replicas(),
                own.autoscale(),
                either(own.drainSeconds(), defaults.drainSeconds()),
                own.args(),
                either(own.resources(), defaults.resources()),
                componentPods(own.pods(), defaults.pods()));
    }

    private static TaskSpec task(TaskSpec own, TaskDefaults defaults) {
        return new TaskSpec(
                own.schedule(),
                either(own.timeZone(), defaults.timeZone()),
                own.command(),
                either(own.concurrency(), defaults.concurrency()),
                either(own.deadlineSeconds(), defaults.deadlineSeconds()),
                own.suspended(),
                either(own.resources(), defaults.resources()),
                componentPods(own.pods(), defaults.pods()));
    }

    private static CeleryPoolSpec pool(CeleryPoolSpec own, CeleryPoolSpec defaults) {
        var either = new Either<>(own, defaults);
        var scaled = own.replicas() != null || own.autoscale() != null ? own : defaults;
        return new CeleryPoolSpec(
                own.queues(),
                either.of(CeleryPoolSpec::concurrency),
                either.of(CeleryPoolSpec::pool),
                scaled.replicas(),
                scaled.autoscale(),
                either.of(CeleryPoolSpec::drainSeconds),
                either.of(CeleryPoolSpec::maxTasksPerChild),
                either.of(CeleryPoolSpec::args),
                either.of(CeleryPoolSpec::resources),
                componentPods(own.pods(), defaults.pods()));
    }

    private static StaticFilesSpec staticFiles(StaticFilesSpec own, StaticFilesSpec defaults) {
        var either = new Either<>(own, defaults);
        return new StaticFilesSpec(
                either.of(StaticFilesSpec::root),
                either.of(StaticFilesSpec::path),
                either.of(StaticFilesSpec::immutable),
                either.of(StaticFilesSpec::keepPrevious),
                either.of(StaticFilesSpec::replicas),
                either.of(StaticFilesSpec::resources),
                componentPods(own.pods(), defaults.pods()));
    }

    private static PodsSpec pods(PodsSpec own, PodsSpec defaults) {
        var either = new Either<>(own, defaults);
        return new PodsSpec(
                both(own.labels(), defaults.labels()),
                both(own.annotations(), defaults.annotations()),
                both(own.nodeSelector(), defaults.nodeSelector()),
                either.of(PodsSpec::tolerations),
                either.of(PodsSpec::priorityClassName),
                either.of(PodsSpec::imagePullSecrets),
                either.of(PodsSpec::runAsUser),
                either.of(PodsSpec::fsGroup),
                either.of(PodsSpec::spread),
                either.of(PodsSpec::preStopSeconds),
                both(own.serviceAccountAnnotations(), defaults.serviceAccountAnnotations()),
                mounts(own.mounts(), defaults.mounts()),
                either.of(PodsSpec::readOnlyRootFilesystem));
    }

    private static @Nullable List<MountSpec> mounts(@Nullable List<MountSpec> own, @Nullable List<MountSpec> defaults) {
        if (own == null || defaults == null) {
            return own != null ? own : defaults;
        }
        var paths = own.stream().map(MountSpec::path).toList();
        return Stream.concat(defaults.stream().filter(mount -> !paths.contains(mount.path())), own.stream())
                .toList();
    }

    private static @Nullable ComponentPodsSpec componentPods(
            @Nullable ComponentPodsSpec own, @Nullable ComponentPodsSpec defaults) {
        if (own == null || defaults == null) {
            return own != null ? own : defaults;
        }
        var either = new Either<>(own, defaults);
        return new ComponentPodsSpec(
                env(own.env(), defaults.env()),
                both(own.labels(), defaults.labels()),
                both(own.annotations(), defaults.annotations()),
                both(own.nodeSelector(), defaults.nodeSelector()),
                either.of(ComponentPodsSpec::tolerations),
                either.of(ComponentPodsSpec::priorityClassName));
    }

    /** The processes as one component's pods have them, with what those have beside all others. */
    static Processes of(Processes all, @Nullable ComponentPodsSpec component) {
        if (component == null) {
            return all;
        }
        var pods = all.pods();
        return new Processes(
                all.web(),
                all.websockets(),
                all.channelWorkers(),
                all.celery(),
                all.staticFiles(),
                all.media(),
                all.tasks(),
                env(overriding(component.env()), all.env()),
                all.envFrom(),
                all.secrets(),
                new PodsSpec(
                        both(component.labels(), pods.labels()),
                        both(component.annotations(), pods.annotations()),
                        both(component.nodeSelector(), pods.nodeSelector()),
                        either(component.tolerations(), pods.tolerations()),
                        either(component.priorityClassName(), pods.priorityClassName()),
                        pods.imagePullSecrets(),
                        pods.runAsUser(),
                        pods.fsGroup(),
                        pods.spread(),
                        pods.preStopSeconds(),
                        pods.serviceAccountAnnotations(),
                        pods.mounts(),
                        pods.readOnlyRootFilesystem()));
    }

    /** Who reads the file first, as nuages_django does, is told which names these processes have of their own. */
    private static @Nullable List<EnvVar> overriding(@Nullable List<EnvVar> own) {
        if (own == null || own.isEmpty()) {
            return own;
        }
        var names = own.stream().map(EnvVar::getName).collect(Collectors.joining(","));
        return Stream.concat(Stream.of(new EnvVar(OVERRIDES, names, null)), own.stream())
                .toList();
    }

    static MigrationsSpec migrations(DjangoAppSpec spec, DjangoEnvironmentSpec environment) {
        var own = orElse(spec.migrations(), MigrationsSpec.EMPTY);
        var defaults = orElse(environment.migrations(), MigrationsSpec.EMPTY);
        var either = new Either<>(own, defaults);
        return new MigrationsSpec(
                either.of(MigrationsSpec::timeoutSeconds),
                either.of(MigrationsSpec::lockTimeoutSeconds),
                either.of(MigrationsSpec::lockRetries),
                either.of(MigrationsSpec::resources),
                componentPods(own.pods(), defaults.pods()),
                either.of(MigrationsSpec::before),
                either.of(MigrationsSpec::after));
    }

    /** Those of the environment that the application does not set, and then its own. */
    private static @Nullable List<EnvVar> env(@Nullable List<EnvVar> own, @Nullable List<EnvVar> defaults) {
        if (own == null || defaults == null) {
            return own != null ? own : defaults;
        }
        var names = own.stream().map(EnvVar::getName).collect(Collectors.toCollection(TreeSet::new));
        return Stream.concat(without(names, defaults), own.stream()).toList();
    }

    /** Those of the environment's variables that an application does not take from Secrets by their names. */
    private static @Nullable List<EnvVar> besides(@Nullable List<SecretKeys> secrets, @Nullable List<EnvVar> defaults) {
        if (secrets == null || defaults == null) {
            return defaults;
        }
        var names = new TreeSet<String>();
        secrets.forEach(secret ->
                names.addAll(Optional.ofNullable(secret.keys()).orElse(Map.of()).keySet()));
        return without(names, defaults).toList();
    }

    private static Stream<EnvVar> without(Set<String> names, List<EnvVar> variables) {
        return variables.stream().filter(variable -> !names.contains(variable.getName()));
    }

    private record Either<T>(T own, T defaults) {
        <F> @Nullable F of(Function<T, @Nullable F> field) {
            return either(field.apply(own), field.apply(defaults));
        }
    }

    private static @Nullable Map<String, String> both(
            @Nullable Map<String, String> own, @Nullable Map<String, String> defaults) {
        if (own == null && defaults == null) {
            return null;
        }
        var all = new TreeMap<>(orElse(defaults, Map.of()));
        all.putAll(orElse(own, Map.of()));
        return all;
    }

    private static <T, D> @Nullable Map<String, T> each(
            @Nullable Map<String, T> named, D defaults, BiFunction<T, D, T> merged) {
        if (named == null || named.isEmpty()) {
            return null;
        }
        var all = new TreeMap<String, T>();
        named.forEach((name, own) -> all.put(name, merged.apply(own, defaults)));
        return all;
    }

    private static <T> @Nullable T either(@Nullable T own, @Nullable T otherwise) {
        return own != null ? own : otherwise;
    }

    private static <T> T orElse(@Nullable T value, T other) {
        return value != null ? value : other;
    }
}
