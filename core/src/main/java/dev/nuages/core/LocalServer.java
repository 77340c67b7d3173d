package dev.nuages.core;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.Nuages;
import dev.nuages.api.ServerPodsSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server in this cluster, such as a PostgreSQL or a Redis: a StatefulSet of one pod, and a Service of the same name.
 *
 * @param owner the object that it is made for
 * @param name of the StatefulSet and the Service
 * @param component what it is: {@code postgres}, {@code redis}
 * @param port the port it listens on, which is also the Service's
 * @param user the user and group id of its processes
 */
public record LocalServer(HasMetadata owner, String name, String component, int port, long user) {
    /** What a server that is stopped says of itself. */
    public static final String STOPPED = "no pod runs, as spec.stopped asks; the data is kept";

    /** The name of the volume that holds the data, where there is one. */
    public static final String DATA = "data";

    /** Long enough for a server to write out what it holds; a database that is killed must recover when it starts. */
    private static final long STOP_SECONDS = 120;

    /**
     * A server that was killed reads its whole log when it starts, and is ready only then: killed amid that it begins from
     * the front, again and again.
     */
    public static final int STARTS_WITHIN_SECONDS = 3600;

    /**
     * The {@code podManagementPolicy} of a StatefulSet that is to come right when what was wrong with it is mended. With
     * Kubernetes' default a pod that was never ready stays, though another is wanted by now, until somebody deletes it
     * (its page on StatefulSets, "Forced rollback"). Pods of one number are never two either way.
     */
    public static final String REPLACES_PODS_THAT_NEVER_STARTED = "Parallel";

    /** The volume of a server's data. */
    public record Storage(Quantity size, @Nullable String className, DeletionPolicy policy) {}

    public Service service() {
        return new ServiceBuilder()
                .withMetadata(Ownership.owned(owner, name, labels()))
                .withNewSpec()
                .withSelector(labels())
                .addNewPort()
                .withName(component)
                .withPort(port)
                .withNewTargetPort(component)
                .endPort()
                .endSpec()
                .build();
    }

    /**
     * The StatefulSet.
     *
     * @param config a hash of the configuration that the container reads when it starts
     * @param stopped whether it has no pod for now
     * @param storage the volume named {@link #DATA}; empty for a server whose data goes with its pod
     * @param asked what is asked of its pod
     */
    public StatefulSet statefulSet(
            Container container,
            List<Volume> volumes,
            String config,
            boolean stopped,
            Optional<Storage> storage,
            @Nullable ServerPodsSpec asked) {
        var pods = Objects.requireNonNullElse(asked, ServerPodsSpec.EMPTY);
        var ours = new LinkedHashMap<>(Ownership.labels(owner));
        ours.putAll(labels());
        var podLabels = new LinkedHashMap<>(Objects.requireNonNullElse(pods.labels(), Map.of()));
        podLabels.putAll(ours);
        var annotations = new LinkedHashMap<>(Objects.requireNonNullElse(pods.annotations(), Map.of()));
        annotations.put(Nuages.CONFIG_ANNOTATION, config);
        var set = new StatefulSetBuilder()
                .withMetadata(Ownership.owned(owner, name, labels()))
                .withNewSpec()
                .withReplicas(stopped ? 0 : 1)
                .withPodManagementPolicy(REPLACES_PODS_THAT_NEVER_STARTED)
                .withServiceName(name)
                .withNewSelector()
                .withMatchLabels(labels())
                .endSelector()
                .withNewTemplate()
                .withMetadata(new ObjectMetaBuilder()
                        .withLabels(podLabels)
                        .withAnnotations(annotations)
                        .build())
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(STOP_SECONDS)
                .withSecurityContext(Containers.user(user))
                .withNodeSelector(pods.nodeSelector())
                .withTolerations(pods.tolerations())
                .withPriorityClassName(pods.priorityClassName())
                .withImagePullSecrets(Objects.requireNonNullElse(pods.imagePullSecrets(), List.<String>of()).stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withContainers(container)
                .withVolumes(volumes)
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        storage.ifPresent(wanted -> {
            set.getSpec().setVolumeClaimTemplates(List.of(claim(wanted, ours)));
            set.getSpec()
                    .setPersistentVolumeClaimRetentionPolicy(
                            new io.fabric8.kubernetes.api.model.apps
                                            .StatefulSetPersistentVolumeClaimRetentionPolicyBuilder()
                                    .withWhenDeleted(wanted.policy().name())
                                    .withWhenScaled("Retain")
                                    .build());
        });
        return set;
    }

    /** Its only pod, of which nothing matters but what keeps it from running. */
    public Optional<Pod> pod(Lookup lookup) {
        return lookup.find(Pod.class, owner.getMetadata().getNamespace(), name + "-0");
    }

    /**
     * What a server that is not ready waits for, and what keeps its pod from running.
     *
     * @param refused why it has no pod, if that is known
     */
    public String waiting(Optional<Pod> pod, Optional<String> refused) {
        return "waiting for the pod of StatefulSet " + name + " to be ready"
                + PodTrouble.first(pod.stream().toList())
                        .or(() -> refused)
                        .map(trouble -> "; " + trouble)
                        .orElse("");
    }

    /** The claim of the only pod's data. */
    public String claimName() {
        return DATA + "-" + name + "-0";
    }

    /** Whether the server runs as it is wanted, and answers. */
    public static boolean ready(StatefulSet set) {
        var status = set.getStatus();
        return status != null
                && set.getMetadata().getGeneration() != null
                && set.getMetadata().getGeneration().equals(status.getObservedGeneration())
                && Integer.valueOf(1).equals(status.getReadyReplicas())
                && Integer.valueOf(1).equals(status.getUpdatedReplicas());
    }

    private Map<String, String> labels() {
        return Map.of(
                "app.kubernetes.io/name", owner.getMetadata().getName(), "app.kubernetes.io/component", component);
    }

    private static PersistentVolumeClaim claim(Storage storage, Map<String, String> labels) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(DATA)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(storage.className())
                .withNewResources()
                .withRequests(Map.of("storage", storage.size()))
                .endResources()
                .endSpec()
                .build();
    }
}
