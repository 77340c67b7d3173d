package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.MountSpec;
import dev.nuages.api.PodsSpec;
import dev.nuages.api.Processes;
import dev.nuages.api.SecretKeys;
import dev.nuages.core.Containers;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all pods with the application's image have in common.
 *
 * @param image with its tag or digest
 * @param processes whose environment and settings for pods hold
 * @param configuration what they read
 */
record DjangoPod(
        DjangoApp app,
        String image,
        String version,
        String settings,
        Processes processes,
        AppNames.Configuration configuration) {
    static final String VERSION_LABEL = "app.kubernetes.io/version";
    static final String COMPONENT_LABEL = "app.kubernetes.io/component";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
    private static final String NAME_LABEL = "app.kubernetes.io/name";

    /** Where a volume for uploads is mounted: MEDIA_ROOT. */
    static final String MEDIA_FOLDER = "/srv/media";

    /** The group that owns a volume where the application names none: any will do, for all pods write as it. */
    private static final long VOLUME_GROUP = 1000;

    private static final String MEDIA_VOLUME = "media";
    private static final String MOUNT = "mount-";

    /** Longer than a pod takes to start, and to be put on another node. */
    static final Duration TO_START = Duration.ofMinutes(10);

    /** How long a worker may try to reach its broker before it is started anew: it tries by itself, too. */
    private static final int START_SECONDS = 1800;

    /** Labels that select the pods of a component, which may never change. */
    static Map<String, String> selector(AppNames names, String component) {
        return Map.of(NAME_LABEL, names.app(), COMPONENT_LABEL, component);
    }

    /** All labels of a component's pods. */
    Map<String, String> labels(String component) {
        var labels = new LinkedHashMap<String, String>();
        Optional.ofNullable(processes.pods().labels()).ifPresent(more -> labels.putAll(new TreeMap<>(more)));
        labels.putAll(Ownership.labels(app));
        labels.putAll(new TreeMap<>(selector(AppNames.of(app), component)));
        labels.put(VERSION_LABEL, version);
        return labels;
    }

    /** A container of the image that finds its configuration in its environment and under {@link Config#FOLDER}. */
    ContainerBuilder container(
            String component, @Nullable ResourceRequirements resources, Map<String, String> moreVariables) {
        return new ContainerBuilder()
                .withName(component)
                .withImage(image)
                .withEnv(variables(moreVariables))
                .withEnvFrom(sources())
                .withResources(Optional.ofNullable(resources).orElse(Containers.requests("100m", "128Mi")))
                .withNewSecurityContextLike(Containers.restricted())
                .withReadOnlyRootFilesystem(Optional.ofNullable(processes.pods().readOnlyRootFilesystem())
                        .orElse(true))
                .endSecurityContext()
                .withVolumeMounts(mounts());
    }

    /**
     * A container that has started when it has a connection: until then its pod is not ready, so in a rollout the pod before
     * works on. For processes that answer nothing by themselves. It is asked no more after that, for a worker that a broker's
     * blink has cut off comes back by itself, and one that was killed for it does not end its tasks.
     */
    ContainerBuilder worker(
            String component, @Nullable ResourceRequirements resources, Map<String, String> moreVariables) {
        return container(component, resources, moreVariables)
                .withNewStartupProbe()
                .withNewExec()
                .withCommand("python", "-ISc", Scripts.CONNECTED)
                .endExec()
                .withPeriodSeconds(2)
                .withTimeoutSeconds(5)
                .withFailureThreshold(START_SECONDS / 2)
                .endStartupProbe();
    }

    /** Whether a container is a {@link #worker} that has not started yet. */
    static boolean awaitsConnection(Pod pod, ContainerStatus status) {
        return Boolean.FALSE.equals(status.getStarted())
                && pod.getSpec().getContainers().stream()
                        .filter(container -> container.getName().equals(status.getName()))
                        .map(Container::getStartupProbe)
                        .anyMatch(probe -> probe != null && probe.getExec() != null);
    }

    /** A later one of the same name takes the place of an earlier one: the user's have the last word. */
    private List<EnvVar> variables(Map<String, String> more) {
        var byName = new LinkedHashMap<String, EnvVar>();
        ours(more).forEach((name, value) -> byName.put(name, new EnvVar(name, value, null)));
        for (var secret : orEmpty(processes.secrets())) {
            new TreeMap<>(Optional.ofNullable(secret.keys()).orElse(Map.of()))
                    .forEach((name, key) -> byName.put(name, fromSecret(name, secret, key)));
        }
        orEmpty(processes.env()).forEach(variable -> byName.put(variable.getName(), variable));
        return new ArrayList<>(byName.values());
    }

    /** The variables that are the same for all values of the configuration. */
    private Map<String, String> ours(Map<String, String> more) {
        var ours = new LinkedHashMap<String, String>();
        ours.put("DJANGO_SETTINGS_MODULE", settings);
        ours.put("APP_VERSION", version);
        ours.put("NUAGES_CONFIG", Config.FOLDER + "/" + Config.FILE);
        ours.put("PYTHONUNBUFFERED", "1");
        // Some libraries write under the home directory, and the root file system cannot be written.
        ours.put("HOME", "/tmp");
        ours.putAll(new TreeMap<>(more));
        return ours;
    }

    private static EnvVar fromSecret(String name, SecretKeys secret, String key) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef(key, secret.name(), null)
                .endValueFrom()
                .build();
    }

    private List<EnvFromSource> sources() {
        var sources = new ArrayList<EnvFromSource>();
        sources.add(secretSource(configuration.environment()));
        Optional.ofNullable(processes.media())
                .map(media -> media.s3())
                .map(bucket -> bucket.secret())
                .ifPresent(secret -> sources.add(secretSource(secret)));
        orEmpty(processes.secrets()).stream()
                .filter(secret -> secret.keys() == null)
                .forEach(secret -> sources.add(secretSource(secret.name())));
        sources.addAll(orEmpty(processes.envFrom()));
        return sources;
    }

    private static EnvFromSource secretSource(String secret) {
        return new EnvFromSourceBuilder()
                .withNewSecretRef()
                .withName(secret)
                .endSecretRef()
                .build();
    }

    private List<VolumeMount> mounts() {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(Containers.mount("config", Config.FOLDER));
        mounts.add(Containers.mount("tmp", "/tmp"));
        mediaVolume(processes).ifPresent(volume -> mounts.add(Containers.mount(MEDIA_VOLUME, MEDIA_FOLDER)));
        var asked = orEmpty(processes.pods().mounts());
        for (int i = 0; i < asked.size(); i++) {
            mounts.add(Containers.mount(MOUNT + i, asked.get(i).path()));
        }
        return mounts;
    }

    /** A volume of the user's. */
    private static Volume volume(String name, MountSpec mount) {
        if (mount.secret() != null) {
            return Containers.secretVolume(name, mount.secret());
        }
        var volume = new VolumeBuilder().withName(name);
        return mount.configMap() != null
                ? volume.withNewConfigMap()
                        .withName(mount.configMap())
                        .endConfigMap()
                        .build()
                : volume.withNewPersistentVolumeClaim()
                        .withClaimName(mount.claim())
                        .endPersistentVolumeClaim()
                        .build();
    }

    /** A pod for it, with no way into the API server. */
    PodSpec pod(Container container, String component) {
        var names = AppNames.of(app);
        var volumes = new ArrayList<Volume>();
        volumes.add(Containers.secretVolume("config", configuration.file()));
        volumes.add(Containers.emptyDir("tmp"));
        mediaVolume(processes).ifPresent(claim -> volumes.add(mediaVolume(names)));
        var asked = orEmpty(processes.pods().mounts());
        for (int i = 0; i < asked.size(); i++) {
            volumes.add(volume(MOUNT + i, asked.get(i)));
        }
        var pod = settled(new PodSpecBuilder(), component)
                .withServiceAccountName(names.app())
                .build();
        // Not by the builder, which would copy them.
        pod.setContainers(List.of(container));
        pod.setVolumes(volumes);
        return pod;
    }

    static Volume mediaVolume(AppNames names) {
        return new VolumeBuilder()
                .withName(MEDIA_VOLUME)
                // Without readOnly: the API server keeps no false, and it would be missed for ever.
                .withNewPersistentVolumeClaim()
                .withClaimName(names.media())
                .endPersistentVolumeClaim()
                .build();
    }

    static Optional<dev.nuages.api.MediaVolume> mediaVolume(Processes processes) {
        return Optional.ofNullable(processes.media()).map(media -> media.volume());
    }

    /** As whom, where, and how far apart pods of a component run, whatever runs in them. */
    PodSpecBuilder settled(PodSpecBuilder pod, String component) {
        var pods = processes.pods();
        pod.withAutomountServiceAccountToken(false)
                // Else a Service called redis would set REDIS_PORT=tcp://… over the application's own.
                .withEnableServiceLinks(false)
                .withNewSecurityContextLike(Containers.nonRoot())
                .withRunAsUser(pods.runAsUser())
                .withRunAsGroup(pods.runAsUser())
                .withFsGroup(Optional.ofNullable(pods.fsGroup()).orElse(pods.runAsUser()))
                .endSecurityContext()
                .withNodeSelector(pods.nodeSelector())
                .withTolerations(pods.tolerations())
                .withPriorityClassName(pods.priorityClassName())
                .withImagePullSecrets(orEmpty(pods.imagePullSecrets()).stream()
                        .map(LocalObjectReference::new)
                        .toList());
        var writes = orEmpty(pods.mounts()).stream().anyMatch(mount -> mount.claim() != null);
        if (writes || mediaVolume(processes).isPresent()) {
            pod.withSecurityContext(writesVolume(pod.buildSecurityContext()));
        }
        var spread = Optional.ofNullable(pods.spread()).orElse(PodsSpec.Spread.Prefer);
        if (spread != PodsSpec.Spread.None) {
            var others = new LabelSelectorBuilder()
                    .withMatchLabels(selector(AppNames.of(app), component))
                    .build();
            pod.addNewTopologySpreadConstraint()
                    .withMaxSkew(1)
                    .withTopologyKey("kubernetes.io/hostname")
                    .withWhenUnsatisfiable(spread == PodsSpec.Spread.Require ? "DoNotSchedule" : "ScheduleAnyway")
                    .withLabelSelector(others)
                    .endTopologySpreadConstraint();
            // Kubernetes spreads over zones by itself only where a pod says nothing of its own. Said here as a second
            // constraint it would undo the first where nodes are in no zone: one that lacks a key counts for nothing.
            pod.withNewAffinity()
                    .withNewPodAntiAffinity()
                    .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                    .withWeight(50)
                    .withNewPodAffinityTerm()
                    .withTopologyKey("topology.kubernetes.io/zone")
                    .withLabelSelector(others)
                    .endPodAffinityTerm()
                    .endPreferredDuringSchedulingIgnoredDuringExecution()
                    .endPodAntiAffinity()
                    .endAffinity();
        }
        return pod;
    }

    /** The same of a pod that writes a volume: owned by a group of its own, whoever the image's user is. */
    static PodSecurityContext writesVolume(PodSecurityContext security) {
        return security.toBuilder()
                .withFsGroup(Optional.ofNullable(security.getFsGroup()).orElse(VOLUME_GROUP))
                .withFsGroupChangePolicy("OnRootMismatch")
                .build();
    }

    /** Whether it runs, or may still; not if it is done. */
    static boolean runs(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .map(status -> status.getPhase())
                .filter(ENDED::contains)
                .isEmpty();
    }

    /** Whether it should be gone and is not, because its node is lost perhaps: nobody waits for it. */
    static boolean isLost(Pod pod, Instant now) {
        var gone = pod.getMetadata().getDeletionTimestamp();
        return gone != null && !now.isBefore(Instant.parse(gone));
    }

    /** Whether it is not ready, and has had the time to be. */
    static boolean isLate(Pod pod, Instant now) {
        var made = pod.getMetadata().getCreationTimestamp();
        var ready = pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True"));
        return runs(pod)
                && pod.getMetadata().getDeletionTimestamp() == null
                && made != null
                && !ready
                && Instant.parse(made).plus(TO_START).isBefore(now);
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
