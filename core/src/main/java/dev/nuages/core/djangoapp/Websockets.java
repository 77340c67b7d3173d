package dev.nuages.core.djangoapp;

import dev.nuages.api.WebsocketsSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes for websockets: Daphne, which a script of ours starts so that it closes connections a few at a time. */
final class Websockets {
    static final String COMPONENT = "websockets";

    /** Still without the application's name. It drains over {@link #DRAIN_SECONDS}. */
    static final List<String> DAPHNE = List.of(
            "python",
            "-c",
            Scripts.DAPHNE,
            "-b",
            "0.0.0.0",
            "-p",
            String.valueOf(Running.PORT),
            "--proxy-headers",
            "--keep-alive=" + Running.KEEP_ALIVE_SECONDS);

    static final String DRAIN_SECONDS = "NUAGES_DRAIN_SECONDS";

    private static final List<String> DEFAULT_PATHS = List.of("/ws");

    private Websockets() {}

    static List<HasMetadata> objects(Running all, String host) {
        var spec = all.processes().websockets();
        if (spec == null) {
            return List.of();
        }
        var running = all.of(spec.pods());
        var django = running.django();
        var probes = HealthProbes.of(spec.probes(), spec.healthPath(), host);
        var container = container(running, django, spec, probes);
        var grace = running.graceSeconds(drainSeconds(spec));
        var deployment = running.deployment(
                COMPONENT,
                running.replicas(spec.replicas(), spec.autoscale() != null),
                running.template(COMPONENT, django.pod(container, COMPONENT), grace),
                probes.startupSeconds());
        var objects = new ArrayList<HasMetadata>();
        objects.add(running.service(COMPONENT));
        objects.addAll(running.scaled(deployment, COMPONENT, spec.autoscale(), drainSeconds(spec)));
        return objects;
    }

    /** The URL prefixes that lead here. */
    static List<String> paths(WebsocketsSpec spec) {
        return Optional.ofNullable(spec.paths()).orElse(DEFAULT_PATHS);
    }

    private static int drainSeconds(WebsocketsSpec spec) {
        return Optional.ofNullable(spec.drainSeconds()).orElse(30);
    }

    private static Container container(Running running, DjangoPod django, WebsocketsSpec spec, HealthProbes probes) {
        return running.serving(
                django.container(
                                COMPONENT,
                                spec.resources(),
                                // A consumer's connection to the database would be held for as long as its socket is
                                // open.
                                Map.of("CONN_MAX_AGE", "0", DRAIN_SECONDS, String.valueOf(drainSeconds(spec))))
                        .withCommand(Optional.ofNullable(spec.command()).orElseGet(() -> daphne(running, spec))),
                probes);
    }

    private static List<String> daphne(Running running, WebsocketsSpec spec) {
        var command = new ArrayList<>(DAPHNE);
        command.addAll(DjangoPod.orEmpty(spec.args()));
        command.add(Optional.ofNullable(spec.asgi()).orElse(running.module() + ".asgi:application"));
        return command;
    }
}
