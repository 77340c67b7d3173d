package dev.nuages.core.djangoapp;

import dev.nuages.api.AppDatabaseSpec;
import dev.nuages.api.CelerySpec;
import dev.nuages.api.ConnectionsChoice;
import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.DjangoEnvironmentSpec;
import dev.nuages.api.IngressChoice;
import dev.nuages.api.MigrationsSpec;
import dev.nuages.api.Processes;
import dev.nuages.api.TlsSpec;
import dev.nuages.core.Lookup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an application should be, with the environment's choices and the defaults filled in.
 *
 * @param image with its tag or digest
 * @param host empty where neither the application nor the environment says one
 */
record Wish(
        DjangoApp app,
        DjangoEnvironmentSpec environment,
        String image,
        String version,
        String settings,
        Optional<String> host,
        Processes processes) {
    static final String DEFAULT_ENVIRONMENT = "default";

    static Wish of(DjangoApp app, DjangoEnvironmentSpec environment) {
        var spec = app.getSpec();
        return new Wish(
                app,
                environment,
                spec.taggedImage(),
                spec.version(),
                spec.settings(),
                host(app, Optional.ofNullable(environment.domain())),
                Defaults.processes(spec, environment));
    }

    /** Empty where there is no environment of the name that the application gives, or none that could be read. */
    static Optional<Wish> find(DjangoApp app, Lookup lookup) {
        return lookup.find(DjangoEnvironment.class, "", environmentName(app))
                .filter(environment -> environment.getSpec().postgres() != null)
                .filter(environment -> app.getSpec().image() != null)
                .map(environment -> of(app, environment.getSpec()));
    }

    /** Which host is the primary one; empty where neither the application nor the environment says one. */
    private static Optional<String> host(DjangoApp app, Optional<String> domain) {
        return Optional.ofNullable(app.getSpec().host())
                .or(() -> domain.map(name -> app.getMetadata().getName() + "." + name));
    }

    /**
     * All host names that an application asks for, the primary one first.
     *
     * @param domain of its environment
     */
    static List<String> hosts(DjangoApp app, Optional<String> domain) {
        var aliases = Optional.ofNullable(app.getSpec().aliases()).orElse(List.of());
        return Stream.concat(host(app, domain).stream(), aliases.stream())
                .distinct()
                .toList();
    }

    static String environmentName(DjangoApp app) {
        return Optional.ofNullable(app.getSpec().environment()).orElse(DEFAULT_ENVIRONMENT);
    }

    AppNames names() {
        return AppNames.of(app);
    }

    AppDatabaseSpec database() {
        return Optional.ofNullable(app.getSpec().database()).orElse(AppDatabaseSpec.EMPTY);
    }

    MigrationsSpec migrations() {
        return Defaults.migrations(app.getSpec(), environment);
    }

    IngressChoice ingress() {
        return Optional.ofNullable(environment.ingress()).orElse(IngressChoice.EMPTY);
    }

    /** Where the certificate comes from: behind a Gateway its listeners have it, and an application has none of its own. */
    Optional<TlsSpec> tls() {
        return Optional.ofNullable(app.getSpec().tls())
                .filter(own -> ingress().gateway() == null)
                .or(() -> Optional.ofNullable(ingress().tls()));
    }

    /** The environment's, and over them the application's own. */
    Map<String, String> routeAnnotations() {
        var annotations = new LinkedHashMap<String, String>();
        Optional.ofNullable(ingress().annotations()).ifPresent(annotations::putAll);
        Optional.ofNullable(app.getSpec().routeAnnotations()).ifPresent(annotations::putAll);
        return annotations;
    }

    ConnectionsChoice connections() {
        return Optional.ofNullable(environment.connections()).orElse(ConnectionsChoice.EMPTY);
    }

    Optional<CelerySpec> celery() {
        return Optional.ofNullable(processes.celery());
    }

    /** Whether there is somebody who needs a Redis that never evicts. */
    boolean needsDurableRedis() {
        return usesChannels() || redisIsBroker() || usesRedBeat();
    }

    /** A project that serves all with one ASGI server tells by the Redis that it asks for. */
    boolean usesChannels() {
        return processes.websockets() != null
                || processes.channelWorkers() != null
                || (app.getSpec().durableRedis() != null && Web.asgi(processes.web()));
    }

    boolean redisIsBroker() {
        return celery().filter(c -> c.broker() == CelerySpec.Broker.Redis).isPresent();
    }

    boolean rabbitIsBroker() {
        return celery().filter(c -> c.broker() == CelerySpec.Broker.RabbitMQ).isPresent();
    }

    boolean usesRedBeat() {
        return celery().flatMap(Beat::scheduler)
                .filter(scheduler -> scheduler == dev.nuages.api.BeatSpec.Scheduler.RedBeat)
                .isPresent();
    }

    boolean paused() {
        return Boolean.TRUE.equals(app.getSpec().paused());
    }

    boolean stopped() {
        return Boolean.TRUE.equals(app.getSpec().stopped());
    }

    boolean maintenance() {
        return Boolean.TRUE.equals(app.getSpec().maintenance());
    }

    DeletionPolicy deletionPolicy() {
        return Optional.ofNullable(app.getSpec().deletionPolicy())
                .or(() -> Optional.ofNullable(environment.deletionPolicy()))
                .orElse(DeletionPolicy.Retain);
    }

    /** All host names, the primary one first. */
    List<String> hosts() {
        return hosts(app, Optional.ofNullable(environment.domain()));
    }

    /** What is wrong where there is no host, and what to do about it. */
    String hostMissing() {
        return "no host is known: set spec.host, or spec.domain of DjangoEnvironment " + environmentName(app);
    }

    /** Where the site answers; empty without a host. */
    Optional<String> url() {
        return host.map(this::origin);
    }

    /** What a browser calls a host of the site. */
    String origin(String name) {
        var scheme = Optional.ofNullable(ingress().scheme())
                .orElse(tls().isPresent() ? IngressChoice.Scheme.https : IngressChoice.Scheme.http);
        var port = Optional.ofNullable(ingress().tlsPort())
                .filter(p -> tls().isPresent())
                .or(() -> Optional.ofNullable(ingress().port()))
                .map(p -> ":" + p)
                .orElse("");
        return scheme + "://" + name + port;
    }
}
