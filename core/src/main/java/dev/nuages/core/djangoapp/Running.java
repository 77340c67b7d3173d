package dev.nuages.core.djangoapp;

import dev.nuages.api.AutoscaleSpec;
import dev.nuages.api.ComponentPodsSpec;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.Nuages;
import dev.nuages.api.Processes;
import dev.nuages.api.Release;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A release that runs, from which each component makes its objects.
 *
 * @param wish what does not belong to a version: names, hosts, images of others
 * @param release what runs
 * @param config the hashes of the configuration that Django's pods should have read
 * @param migrating whether a migration is under way, so that nothing should start by itself
 */
record Running(Wish wish, Release release, ConfigHashes config, boolean migrating) {
    /** On processors that are all busy, as they are in a deploy, an ingress controller was seen to need more than 5 s. */
    private static final int PRE_STOP_SECONDS = 10;

    static final long MARGIN_SECONDS = 5;

    private static final int PROGRESS_SECONDS = 300;

    /**
     * A proxy must be the one who closes a connection that is idle. If the server does, a POST that is on its way at that
     * moment is answered with 502, for nobody may send it twice. Traefik keeps idle connections the longest by default:
     * 90 s; ingress-nginx and AWS do for 60 s.
     */
    static final int KEEP_ALIVE_SECONDS = 95;

    /** The port that every server of ours listens on. */
    static final int PORT = 8000;

    /** The same as the pods of one component have it, with what those have beside all others. */
    Running of(@Nullable ComponentPodsSpec pods) {
        return new Running(
                wish,
                new Release(
                        release.image(),
                        release.version(),
                        release.databaseId(),
                        release.settings(),
                        Defaults.of(release.processes(), pods)),
                config,
                migrating);
    }

    DjangoApp app() {
        return wish.app();
    }

    AppNames names() {
        return wish.names();
    }

    Processes processes() {
        return release.processes();
    }

    DjangoPod django() {
        return new DjangoPod(
                app(),
                release.image(),
                release.version(),
                release.settings(),
                release.processes(),
                names().configuration());
    }

    /** The Python package of the settings module, after which a project's other modules are named. */
    String module() {
        var dot = release.settings().indexOf('.');
        return dot < 0 ? release.settings() : release.settings().substring(0, dot);
    }

    ObjectMeta metadata(String component) {
        return Ownership.owned(app(), names().component(component), DjangoPod.selector(names(), component));
    }

    /**
     * A container that serves requests: it is asked whether it is well, and takes requests until no proxy sends it more.
     */
    Container serving(ContainerBuilder container, HealthProbes probes) {
        return probes.on(container)
                .addNewPort()
                .withName("http")
                .withContainerPort(PORT)
                .endPort()
                .withLifecycle(answersUntilProxiesKnow())
                .build();
    }

    /** Until every proxy has heard that a pod goes, new requests still come: its container answers them for so long. */
    Lifecycle answersUntilProxiesKnow() {
        return new LifecycleBuilder()
                .withNewPreStop()
                .withNewSleep((long) preStopSeconds())
                .endPreStop()
                .build();
    }

    /**
     * How long a pod that serves requests may take to end.
     *
     * @param drainSeconds what it may take once no proxy sends it anything new
     */
    long graceSeconds(int drainSeconds) {
        return preStopSeconds() + drainSeconds + MARGIN_SECONDS;
    }

    private int preStopSeconds() {
        return Optional.ofNullable(processes().pods().preStopSeconds()).orElse(PRE_STOP_SECONDS);
    }

    /** The template of pods that read the configuration. */
    PodTemplateSpec template(String component, PodSpec pod, long graceSeconds) {
        return template(component, pod, graceSeconds, config.of(component));
    }

    /** @param pod becomes part of it */
    PodTemplateSpec template(String component, PodSpec pod, long graceSeconds, String configHash) {
        var metadata = new ObjectMetaBuilder()
                .withLabels(django().labels(component))
                .withAnnotations(processes().pods().annotations())
                .addToAnnotations(Nuages.CONFIG_ANNOTATION, configHash)
                .build();
        // Not by a builder, which would copy all of the pod.
        pod.setTerminationGracePeriodSeconds(graceSeconds);
        return new PodTemplateSpec(metadata, pod);
    }

    /**
     * A Deployment that replaces its pods one after the other, none before another takes its place.
     *
     * @param replicas how many pods; null where an autoscaler owns the number
     */
    Deployment deployment(String component, @Nullable Integer replicas, PodTemplateSpec template) {
        return deployment(component, replicas, template, 0);
    }

    /**
     * The same.
     *
     * @param startupSeconds how long its pods may take to start: sooner nobody is to call it a rollout that got stuck
     */
    Deployment deployment(String component, @Nullable Integer replicas, PodTemplateSpec template, int startupSeconds) {
        var metadata = Ownership.owned(app(), names().component(component), django().labels(component));
        if (replicas == null) {
            metadata.setAnnotations(Map.of(Nuages.AUTOSCALED_ANNOTATION, "true"));
        }
        var deployment = new DeploymentBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withReplicas(replicas)
                .withProgressDeadlineSeconds(Math.max(PROGRESS_SECONDS, startupSeconds))
                .withNewSelector()
                .withMatchLabels(DjangoPod.selector(names(), component))
                .endSelector()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxUnavailable(new IntOrString(0))
                .withMaxSurge(new IntOrString("25%"))
                .endRollingUpdate()
                .endStrategy()
                .endSpec()
                .build();
        deployment.getSpec().setTemplate(template);
        return deployment;
    }

    /** How many pods: none of a stopped application, null where an autoscaler owns the number. */
    @Nullable
    Integer replicas(@Nullable Integer wanted, boolean autoscaled) {
        if (wish.stopped()) {
            return 0;
        }
        return autoscaled ? null : Integer.valueOf(wanted == null ? 1 : wanted);
    }

    Service service(String component) {
        return new ServiceBuilder()
                .withMetadata(metadata(component))
                .withNewSpec()
                .withSelector(DjangoPod.selector(names(), component))
                .addNewPort()
                .withName("http")
                .withPort(80)
                .withTargetPort(new IntOrString("http"))
                .endPort()
                .endSpec()
                .build();
    }

    /**
     * A Deployment with what belongs to it: a budget for disruptions, and an autoscaler where one is wanted.
     *
     * @param drainSeconds how long its pods may take to end: the autoscaler waits at least so long before it takes one away
     */
    List<HasMetadata> scaled(
            Deployment deployment, String component, @Nullable AutoscaleSpec autoscale, int drainSeconds) {
        var objects = new ArrayList<HasMetadata>();
        objects.add(deployment);
        objects.add(disruptionBudget(component));
        if (autoscale != null) {
            deployment.getSpec().getTemplate().getSpec().getContainers().forEach(Running::asksForCpu);
        }
        if (autoscale != null && !wish.stopped()) {
            objects.add(autoscaler(component, autoscale, drainSeconds));
        }
        return objects;
    }

    /** An autoscaler reckons in parts of what is asked for, and does nothing where that is nothing. */
    private static void asksForCpu(Container container) {
        var resources = container.getResources();
        var asked = Stream.of(resources.getRequests(), resources.getLimits())
                .anyMatch(amounts -> amounts != null && amounts.containsKey("cpu"));
        if (!asked) {
            container.setResources(resources.toBuilder()
                    .addToRequests("cpu", new Quantity("100m"))
                    .build());
        }
    }

    private PodDisruptionBudget disruptionBudget(String component) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(metadata(component))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                // Else no node is ever drained that has a pod which crashes again and again.
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(DjangoPod.selector(names(), component))
                .endSelector()
                .endSpec()
                .build();
    }

    private HasMetadata autoscaler(String component, AutoscaleSpec autoscale, int drainSeconds) {
        return new HorizontalPodAutoscalerBuilder()
                .withMetadata(metadata(component))
                .withNewSpec()
                .withNewScaleTargetRef("apps/v1", "Deployment", names().component(component))
                .withMinReplicas(Optional.ofNullable(autoscale.minReplicas()).orElse(2))
                .withMaxReplicas(autoscale.maxReplicas())
                .addNewMetric()
                .withType("Resource")
                .withNewResource()
                .withName("cpu")
                .withNewTarget()
                .withType("Utilization")
                .withAverageUtilization(
                        Optional.ofNullable(autoscale.targetCpuPercent()).orElse(70))
                .endTarget()
                .endResource()
                .endMetric()
                .withNewBehavior()
                .withNewScaleDown()
                .withStabilizationWindowSeconds(Optional.ofNullable(autoscale.scaleDownSeconds())
                        .orElse(QueueScaling.stabilizationSeconds(drainSeconds)))
                .endScaleDown()
                .endBehavior()
                .endSpec()
                .build();
    }
}
