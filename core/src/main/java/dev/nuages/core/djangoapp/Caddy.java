package dev.nuages.core.djangoapp;

import dev.nuages.core.Containers;
import dev.nuages.core.Hashes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Caddy that serves files.
 *
 * @param component what it is for: its objects are named after it
 * @param config its Caddyfile
 */
record Caddy(Running running, String component, String config) {
    private static final String DEFAULT_IMAGE = "docker.io/library/caddy:2";
    private static final String CONFIG_FILE = "Caddyfile";
    private static final String HEALTH_PATH = "/-/healthy";

    /** What a download in hand may take when its pod goes. */
    static final int DOWNLOAD_SECONDS = 10;

    /** The official image would run as root. */
    private static final long USER_ID = 1000;

    /** A Caddyfile that listens as a server of ours does, writes nothing, and answers the probes; then the sites' parts. */
    static String config(String handlers) {
        return """
                {
                	admin off
                	auto_https off
                	persist_config off
                }

                :%d {
                	handle %s {
                		respond "ok" 200
                	}
                %s}
                """.formatted(Running.PORT, HEALTH_PATH, handlers.indent(4).replace("    ", "\t"));
    }

    ConfigMap configMap() {
        return new ConfigMapBuilder()
                .withMetadata(running.metadata(component))
                .withData(Map.of(CONFIG_FILE, config))
                .build();
    }

    String configHash() {
        return hash(config);
    }

    /** With what the pods that read a Caddyfile are marked. */
    static String hash(String config) {
        return Hashes.sha256(config).substring(0, 16);
    }

    Container container(@Nullable ResourceRequirements resources, List<VolumeMount> files) {
        var mounts = new ArrayList<>(files);
        mounts.add(Containers.mount("caddyfile", "/etc/caddy"));
        mounts.add(Containers.mount("scratch", "/data"));
        mounts.add(Containers.mount("scratch", "/config"));
        return new ContainerBuilder()
                .withName("caddy")
                .withImage(Optional.ofNullable(running.wish().environment().caddy())
                        .orElse(DEFAULT_IMAGE))
                .withCommand("caddy", "run", "--config", "/etc/caddy/" + CONFIG_FILE, "--adapter", "caddyfile")
                .addNewPort()
                .withName("http")
                .withContainerPort(Running.PORT)
                .endPort()
                .withResources(Optional.ofNullable(resources).orElse(Containers.requests("20m", "32Mi")))
                .withNewSecurityContextLike(Containers.restricted())
                .withRunAsUser(USER_ID)
                // The official image's binary carries this as a file capability: without it, it may not even start.
                .editCapabilities()
                .withAdd("NET_BIND_SERVICE")
                .endCapabilities()
                .endSecurityContext()
                .withReadinessProbe(health(5, 3))
                .withLivenessProbe(health(20, 6))
                .withLifecycle(running.answersUntilProxiesKnow())
                .withVolumeMounts(mounts)
                .build();
    }

    List<Volume> volumes() {
        return List.of(
                new VolumeBuilder()
                        .withName("caddyfile")
                        .withNewConfigMap()
                        .withName(running.names().component(component))
                        .endConfigMap()
                        .build(),
                Containers.emptyDir("scratch"));
    }

    private static Probe health(int everySeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(HEALTH_PATH)
                .withPort(new IntOrString("http"))
                .endHttpGet()
                .withPeriodSeconds(everySeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }
}
