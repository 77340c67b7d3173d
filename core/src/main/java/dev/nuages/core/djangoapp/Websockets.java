package dev.nuages.core.djangoapp;

import dev.nuages.api.WebsocketsSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes for websockets: Daphne, which a script of ours starts so that it closes connections a few at a time. */
final class Websockets {
    static final String COMPONENT = "websockets";

    /** Still without the application's name. It drains over {@link #DRAIN_SECONDS}. */
    static final List<String> DAPHNE = List.of(
            "python", "-c", Scripts.DAPHNE, "-b", "0.0.0.0", "-p", String.valueOf(Running.PORT), "--proxy-headers");

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
        var container = container(running, django, spec, host);
        var grace = running.graceSeconds(drainSeconds(spec));
        var deployment = running.deployment(
                COMPONENT,
                running.replicas(spec.replicas(), spec.autoscale() != null),
                running.template(COMPONENT, django.pod(container, COMPONENT), grace));
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

    private static Container container(Running running, DjangoPod django, WebsocketsSpec spec, String host) {
        return django
                .container(
                        COMPONENT,
                        spec.resources(),
                        // A consumer's connection to the database would be held for as long as its socket is open.
                        Map.of("CONN_MAX_AGE", "0", DRAIN_SECONDS, String.valueOf(drainSeconds(spec))))
                .toBuilder()
                .withCommand(Optional.ofNullable(spec.command()).orElseGet(() -> daphne(running, spec)))
                .addNewPort()
                .withName("http")
                .withContainerPort(Running.PORT)
                .endPort()
                .withStartupProbe(health(spec, host, 1, 300))
                .withReadinessProbe(health(spec, host, 5, 3))
                .withLivenessProbe(health(spec, host, 20, 6))
                .withLifecycle(running.answersUntilProxiesKnow())
                .build();
    }

    private static List<String> daphne(Running running, WebsocketsSpec spec) {
        var command = new ArrayList<>(DAPHNE);
        command.addAll(DjangoPod.orEmpty(spec.args()));
        command.add(Optional.ofNullable(spec.asgi()).orElse(running.module() + ".asgi:application"));
        return command;
    }

    private static Probe health(WebsocketsSpec spec, String host, int everySeconds, int failures) {
        var probe = new ProbeBuilder()
                .withPeriodSeconds(everySeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures);
        if (spec.healthPath() == null) {
            return probe.withNewTcpSocket()
                    .withPort(new IntOrString("http"))
                    .endTcpSocket()
                    .build();
        }
        return probe.withNewHttpGet()
                .withPath(spec.healthPath())
                .withPort(new IntOrString("http"))
                .withHttpHeaders(new HTTPHeader("Host", host), new HTTPHeader("X-Forwarded-Proto", "https"))
                .endHttpGet()
                .build();
    }
}
