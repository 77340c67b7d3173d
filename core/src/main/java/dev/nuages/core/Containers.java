package dev.nuages.core;

import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.Map;

/** What all our pods have in common: they pass the Pod Security Standard {@code restricted}. */
public final class Containers {
    private Containers() {}

    /** No privilege, no capability, and a file system that cannot be written. */
    public static SecurityContext restricted() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    /** Not root, with the container runtime's own seccomp filter, as the user that the image names. */
    public static PodSecurityContext nonRoot() {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    /** As {@link #nonRoot()}, with this user and group, which own the volumes too. */
    public static PodSecurityContext user(long id) {
        return nonRoot().toBuilder()
                .withRunAsUser(id)
                .withRunAsGroup(id)
                .withFsGroup(id)
                .withFsGroupChangePolicy("OnRootMismatch")
                .build();
    }

    public static ResourceRequirements requests(String cpu, String memory) {
        return new ResourceRequirementsBuilder()
                .withRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)))
                .build();
    }

    /**
     * Asks whether a port of the container takes connections, as its Service's clients do. A command inside would say more,
     * but to start one costs 70 ms of a processor (measured, of redis-cli through runc): that is for rarer questions.
     */
    public static Probe takesConnections(String port) {
        return new ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort(port)
                .endTcpSocket()
                .withPeriodSeconds(5)
                .withTimeoutSeconds(5)
                .withFailureThreshold(3)
                .build();
    }

    /** A folder that can be written, empty when the pod starts. */
    public static Volume emptyDir(String name) {
        var volume = new Volume();
        volume.setName(name);
        volume.setEmptyDir(new EmptyDirVolumeSource());
        return volume;
    }

    public static Volume secretVolume(String name, String secret) {
        var source = new SecretVolumeSource();
        source.setSecretName(secret);
        var volume = new Volume();
        volume.setName(name);
        volume.setSecret(source);
        return volume;
    }

    public static VolumeMount mount(String volume, String path) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
    }
}
