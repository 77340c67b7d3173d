package dev.nuages.core.djangoapp;

import dev.nuages.api.ProbesSpec;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The probes of a process that serves requests.
 *
 * @param path what they ask, as the site's own users would; null where they only open a connection
 * @param host what they say they ask for
 */
record HealthProbes(ProbesSpec spec, @Nullable String path, String host) {
    private static final int STARTUP_PERIOD = 1;
    private static final int READINESS_PERIOD = 5;
    private static final int LIVENESS_PERIOD = 20;

    static HealthProbes of(@Nullable ProbesSpec spec, @Nullable String path, String host) {
        return new HealthProbes(Optional.ofNullable(spec).orElse(ProbesSpec.EMPTY), path, host);
    }

    ContainerBuilder on(ContainerBuilder container) {
        container
                .withStartupProbe(probe(startupSeconds(), STARTUP_PERIOD))
                .withReadinessProbe(
                        probe(Optional.ofNullable(spec.readinessSeconds()).orElse(15), READINESS_PERIOD));
        var liveness = Optional.ofNullable(spec.livenessSeconds()).orElse(120);
        return liveness == 0 ? container : container.withLivenessProbe(probe(liveness, LIVENESS_PERIOD));
    }

    int startupSeconds() {
        return Optional.ofNullable(spec.startupSeconds()).orElse(300);
    }

    /**
     * A probe.
     *
     * @param patienceSeconds for how long it may fail
     * @param periodSeconds how often it asks, unless it may fail for less
     */
    private Probe probe(int patienceSeconds, int periodSeconds) {
        var period = Math.min(periodSeconds, patienceSeconds);
        var probe = new ProbeBuilder()
                .withPeriodSeconds(period)
                .withTimeoutSeconds(Optional.ofNullable(spec.timeoutSeconds()).orElse(5))
                .withFailureThreshold(Math.ceilDiv(patienceSeconds, period));
        if (path == null) {
            return probe.withNewTcpSocket()
                    .withPort(new IntOrString("http"))
                    .endTcpSocket()
                    .build();
        }
        return probe.withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString("http"))
                .withHttpHeaders(new HTTPHeader("Host", host), new HTTPHeader("X-Forwarded-Proto", "https"))
                .endHttpGet()
                .build();
    }
}
