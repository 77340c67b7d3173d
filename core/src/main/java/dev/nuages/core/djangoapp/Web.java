package dev.nuages.core.djangoapp;

import dev.nuages.api.WebSpec;
import dev.nuages.api.WebSpec.Server;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The web processes of a release. */
final class Web {
    static final String COMPONENT = "web";

    /** For how long a thread keeps its connection. Where a request's thread ends with it, as under ASGI and gevent, none. */
    private static final int CONNECTION_SECONDS = 60;

    /** In the names of gunicorn's worker classes whose threads are green, and made for each request. */
    private static final List<String> GREEN = List.of("gevent", "eventlet");

    private static final String SYNC = "sync";

    /** The other worker classes of gunicorn's own that know no ASGI. */
    private static final List<String> WSGI = List.of(SYNC, "gthread", "tornado");

    private final Running running;
    private final WebSpec spec;
    private final String host;

    private Web(Running running, String host) {
        this.spec = running.processes().web();
        this.running = running.of(spec.pods());
        this.host = host;
    }

    /**
     * All of it.
     *
     * @param host what the probes say they ask for
     */
    static List<HasMetadata> objects(Running running, String host) {
        return new Web(running, host).objects();
    }

    static String healthPath(WebSpec spec) {
        return Optional.ofNullable(spec.healthPath()).orElse("/healthz");
    }

    private List<HasMetadata> objects() {
        var django = running.django();
        var template = running.template(
                COMPONENT, django.pod(container(django), COMPONENT), running.graceSeconds(gracefulSeconds()));
        var deployment = running.deployment(
                COMPONENT,
                running.replicas(spec.replicas(), spec.autoscale() != null),
                template,
                probes().startupSeconds());
        var objects = new ArrayList<HasMetadata>();
        objects.add(running.service(COMPONENT));
        objects.addAll(running.scaled(deployment, COMPONENT, spec.autoscale(), gracefulSeconds()));
        return objects;
    }

    /** A request that may take long may do so in a deploy, too. */
    private int gracefulSeconds() {
        return Optional.ofNullable(spec.gracefulTimeoutSeconds()).orElse(Math.max(30, timeoutSeconds()));
    }

    private int timeoutSeconds() {
        return Optional.ofNullable(spec.timeoutSeconds()).orElse(30);
    }

    private Container container(DjangoPod django) {
        return running.serving(
                django.container(COMPONENT, spec.resources(), variables()).withCommand(command()), probes());
    }

    private HealthProbes probes() {
        return HealthProbes.of(spec.probes(), healthPath(spec), host);
    }

    private Map<String, String> variables() {
        var variables = new LinkedHashMap<String, String>();
        // Whatever proxy asks says by which scheme the request came: its address is not known, and other pods are
        // trusted.
        variables.put("FORWARDED_ALLOW_IPS", "*");
        variables.put("CONN_MAX_AGE", String.valueOf(threaded(spec) ? CONNECTION_SECONDS : 0));
        if (server() == Server.Daphne) {
            variables.put(Websockets.DRAIN_SECONDS, String.valueOf(gracefulSeconds()));
        }
        return variables;
    }

    private Server server() {
        return server(spec);
    }

    private static Server server(WebSpec spec) {
        return Optional.ofNullable(spec.server()).orElse(Server.Gunicorn);
    }

    /** Whether it serves ASGI, and so may serve websockets too. */
    static boolean asgi(WebSpec spec) {
        return spec.asgi() != null || server(spec) != Server.Gunicorn;
    }

    /** Whether a worker has so many threads and no more, each of which takes one request after the other. */
    static boolean threaded(WebSpec spec) {
        return server(spec) == Server.Gunicorn
                && spec.asgi() == null
                && GREEN.stream()
                        .noneMatch(Optional.ofNullable(spec.workerClass()).orElse("")::contains);
    }

    /** How many of a worker: gunicorn makes another class of a {@code sync} one that is given more than one. */
    static int threads(WebSpec spec) {
        return Optional.ofNullable(spec.threads()).orElse(workerClass(spec).equals(SYNC) ? 1 : 4);
    }

    /** What of it cannot work, as sentences. */
    static List<String> problems(WebSpec spec) {
        var problems = new ArrayList<String>();
        notAsgi(spec).ifPresent(problems::add);
        unusedWorkerClass(spec).ifPresent(problems::add);
        if (server(spec) == Server.Gunicorn && workerClass(spec).equals(SYNC) && threads(spec) > 1) {
            problems.add("web.threads is " + spec.threads() + " and web.workerClass " + SYNC
                    + ", which gunicorn runs as gthread then: take out one of the two");
        }
        return problems;
    }

    /** An application's own, where the environment chose the server: of one and the same it is refused. */
    private static Optional<String> unusedWorkerClass(WebSpec spec) {
        var instead = spec.command() != null
                ? "a command"
                : server(spec) == Server.Gunicorn ? "" : server(spec).name();
        return spec.workerClass() != null && !instead.isEmpty()
                ? Optional.of("web.workerClass is not used, for the environment has " + instead
                        + " in place of gunicorn: take it out, or set web.server to Gunicorn")
                : Optional.empty();
    }

    private static Optional<String> notAsgi(WebSpec spec) {
        var workers = workerClass(spec);
        return spec.asgi() != null
                        && spec.command() == null
                        && server(spec) == Server.Gunicorn
                        && (WSGI.contains(workers) || GREEN.stream().anyMatch(workers::contains))
                ? Optional.of("web.asgi is run by gunicorn's workers of class " + workers
                        + ", which know WSGI alone: set web.server to Uvicorn or Daphne, or web.workerClass to"
                        + " uvicorn_worker.UvicornWorker")
                : Optional.empty();
    }

    private static String workerClass(WebSpec spec) {
        return Optional.ofNullable(spec.workerClass()).orElse("gthread");
    }

    private List<String> command() {
        if (spec.command() != null) {
            return spec.command();
        }
        var command = new ArrayList<>(
                switch (server()) {
                    case Gunicorn -> gunicorn();
                    case Uvicorn -> uvicorn();
                    case Daphne -> daphne();
                });
        command.addAll(DjangoPod.orEmpty(spec.args()));
        return command;
    }

    private List<String> gunicorn() {
        return List.of(
                "python",
                "-c",
                Scripts.GUNICORN,
                "gunicorn",
                Optional.ofNullable(spec.asgi())
                        .or(() -> Optional.ofNullable(spec.wsgi()))
                        .orElse(running.module() + ".wsgi:application"),
                "--bind=0.0.0.0:" + Running.PORT,
                "--worker-class=" + workerClass(spec),
                "--workers=" + Optional.ofNullable(spec.workers()).orElse(2),
                "--threads=" + threads(spec),
                "--timeout=" + timeoutSeconds(),
                "--graceful-timeout=" + gracefulSeconds(),
                "--keep-alive=" + Running.KEEP_ALIVE_SECONDS,
                // Workers beat on a file there: on a disk that blocks, they are taken for dead (gunicorn#1863).
                "--worker-tmp-dir=/dev/shm",
                "--access-logfile=-");
    }

    private List<String> uvicorn() {
        return List.of(
                "uvicorn",
                asgi(),
                "--host=0.0.0.0",
                "--port=" + Running.PORT,
                "--workers=" + Optional.ofNullable(spec.workers()).orElse(2),
                "--timeout-graceful-shutdown=" + gracefulSeconds(),
                "--timeout-keep-alive=" + Running.KEEP_ALIVE_SECONDS,
                "--proxy-headers",
                "--forwarded-allow-ips=*");
    }

    private List<String> daphne() {
        return Stream.concat(Websockets.DAPHNE.stream(), Stream.of(asgi())).toList();
    }

    private String asgi() {
        return Optional.ofNullable(spec.asgi()).orElse(running.module() + ".asgi:application");
    }
}
