package dev.nuages.core.djangoapp;

import dev.nuages.api.AutoscaleSpec;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.Nuages;
import dev.nuages.api.Release;
import dev.nuages.api.WebSpec;
import dev.nuages.core.Ownership;
import dev.nuages.core.Upkeep;
import dev.nuages.core.djangoapp.DjangoAppObserved.WebObjects;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The web processes of a release: gunicorn. */
final class Web {
    private static final String COMPONENT = "web";
    private static final int PORT = 8000;

    /** Until every proxy has heard that a pod goes, new requests still come: it must answer them. */
    private static final long PRE_STOP_SECONDS = 5;

    private static final long MARGIN_SECONDS = 5;

    private final DjangoApp app;
    private final AppNames names;
    private final Release release;
    private final WebSpec spec;

    Web(DjangoApp app, Release release) {
        this.app = app;
        this.names = AppNames.of(app);
        this.release = release;
        this.spec = Optional.ofNullable(release.web()).orElse(WebSpec.EMPTY);
    }

    /**
     * Keeps all of it.
     *
     * @param config the hash of the configuration that its pods should have read
     * @param host what the probes say they ask for
     */
    void keep(WebObjects seen, String config, String host, Upkeep upkeep) {
        upkeep.keep(service(), seen.service());
        upkeep.keep(deployment(config, host), seen.deployment());
        upkeep.keep(disruptionBudget(), seen.disruptionBudget());
        if (spec.autoscale() != null) {
            upkeep.keep(autoscaler(spec.autoscale()), seen.autoscaler());
        } else {
            upkeep.gone(seen.autoscaler());
        }
    }

    /** How many pods there should be, where it is ours to say. */
    int replicas() {
        return Optional.ofNullable(spec.replicas()).orElse(1);
    }

    private Deployment deployment(String config, String host) {
        var podLabels = new LinkedHashMap<>(Ownership.labels(app));
        podLabels.putAll(labels());
        podLabels.put("app.kubernetes.io/version", release.version());
        var graceful = Optional.ofNullable(spec.gracefulTimeoutSeconds()).orElse(30);
        var pod = DjangoContainer.pod(names, container(host)).toBuilder()
                .withTerminationGracePeriodSeconds(PRE_STOP_SECONDS + graceful + MARGIN_SECONDS)
                .build();
        return new DeploymentBuilder()
                .withMetadata(Ownership.owned(app, names.web(), podLabels))
                .withNewSpec()
                .withReplicas(spec.autoscale() == null ? replicas() : null)
                .withProgressDeadlineSeconds(300)
                .withNewSelector()
                .withMatchLabels(labels())
                .endSelector()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxUnavailable(new IntOrString(0))
                .withMaxSurge(new IntOrString("25%"))
                .endRollingUpdate()
                .endStrategy()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(podLabels)
                .withAnnotations(Map.of(Nuages.CONFIG_ANNOTATION, config))
                .endMetadata()
                .withSpec(pod)
                .endTemplate()
                .endSpec()
                .build();
    }

    private Container container(String host) {
        return DjangoContainer.of(
                        names,
                        COMPONENT,
                        release.image(),
                        release.version(),
                        release.settings(),
                        spec.resources(),
                        // Only the ingress controller reaches the pods, and it says by which scheme the request came.
                        List.of(new EnvVar("FORWARDED_ALLOW_IPS", "*", null)))
                .toBuilder()
                .withCommand(
                        "gunicorn",
                        Optional.ofNullable(spec.wsgi()).orElse(wsgi(release.settings())),
                        "--bind=0.0.0.0:" + PORT,
                        "--worker-class=gthread",
                        "--workers=" + Optional.ofNullable(spec.workers()).orElse(2),
                        "--threads=" + Optional.ofNullable(spec.threads()).orElse(4),
                        "--timeout="
                                + Optional.ofNullable(spec.timeoutSeconds()).orElse(30),
                        "--graceful-timeout="
                                + Optional.ofNullable(spec.gracefulTimeoutSeconds())
                                        .orElse(30),
                        // Workers beat on a file there: on a disk that blocks, they are taken for dead (gunicorn#1863).
                        "--worker-tmp-dir=/dev/shm",
                        "--access-logfile=-")
                .addNewPort()
                .withName("http")
                .withContainerPort(PORT)
                .endPort()
                .withStartupProbe(health(host, 1, 300))
                .withReadinessProbe(health(host, 5, 3))
                .withLivenessProbe(health(host, 20, 6))
                .withNewLifecycle()
                .withNewPreStop()
                .withNewSleep(PRE_STOP_SECONDS)
                .endPreStop()
                .endLifecycle()
                .build();
    }

    private Probe health(String host, int everySeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(Optional.ofNullable(spec.healthPath()).orElse("/healthz"))
                .withPort(new IntOrString("http"))
                .withHttpHeaders(new HTTPHeader("Host", host), new HTTPHeader("X-Forwarded-Proto", "https"))
                .endHttpGet()
                .withPeriodSeconds(everySeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }

    private Service service() {
        return new ServiceBuilder()
                .withMetadata(Ownership.owned(app, names.web(), labels()))
                .withNewSpec()
                .withSelector(labels())
                .addNewPort()
                .withName("http")
                .withPort(80)
                .withTargetPort(new IntOrString("http"))
                .endPort()
                .endSpec()
                .build();
    }

    private PodDisruptionBudget disruptionBudget() {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(Ownership.owned(app, names.web(), labels()))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(labels())
                .endSelector()
                .endSpec()
                .build();
    }

    private HorizontalPodAutoscaler autoscaler(AutoscaleSpec autoscale) {
        return new HorizontalPodAutoscalerBuilder()
                .withMetadata(Ownership.owned(app, names.web(), labels()))
                .withNewSpec()
                .withNewScaleTargetRef("apps/v1", "Deployment", names.web())
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
                .endSpec()
                .build();
    }

    private Map<String, String> labels() {
        return labels(names);
    }

    static Map<String, String> labels(AppNames names) {
        return Map.of("app.kubernetes.io/name", names.app(), "app.kubernetes.io/component", COMPONENT);
    }

    private static String wsgi(String settings) {
        var dot = settings.indexOf('.');
        return (dot < 0 ? settings : settings.substring(0, dot)) + ".wsgi:application";
    }
}
