package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.keda.TriggerAuthentication;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who chooses how many pods there are, through the plans alone. */
class AutoscalingTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName("an autoscaler reckons in parts of the CPU that is asked for, so some is, unless the user named it")
    void asksForCpu() {
        site.ready(WHOLE.replace(
                "web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5}, resources: {limits: {memory: 512Mi}}}"));
        assertThat(cpu("requests: {cpu: 100m}", "limits: {memory: 512Mi}")).isTrue();
        site.change(WHOLE.replace(
                "web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5}, resources: {limits: {cpu: 300m}}}"));
        site.settle();
        assertThat(cpu("limits: {cpu: 300m}")).isTrue();
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {resources: {limits: {memory: 512Mi}}}"));
        site.settle();
        assertThat(cpu("limits: {memory: 512Mi}")).isTrue();
    }

    private boolean cpu(String... resources) {
        return site.cluster
                .get(Deployment.class, "mysite-web")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getResources()
                .equals(Serialization.unmarshal(String.join("\n", resources), ResourceRequirements.class));
    }

    @Test
    @DisplayName("an autoscaler gets the number of pods as it is, and from then on nobody else writes it")
    void handOver() {
        site.ready(WHOLE);
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5}}"));
        var plan = site.plan();
        assertThat(plan.effects())
                .filteredOn(Effect.HandOver.class::isInstance)
                .extracting(effect -> ((Effect.HandOver) effect).replicas())
                .containsExactly(2);
        site.settle();
        var web = site.cluster.get(Deployment.class, "mysite-web");
        assertThat(web.getSpec().getReplicas()).isNull();
        assertThat(site.names(HorizontalPodAutoscaler.class)).containsExactly("mysite-web");
        web.getSpec().setReplicas(4);
        site.cluster.takeEffects();
        site.settle();
        assertThat(site.cluster.takeEffects()).noneMatch(Effect.HandOver.class::isInstance);
        assertThat(site.scaleDownWindow()).isEqualTo(300);
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5, scaleDownSeconds: 0}}"));
        site.settle();
        assertThat(site.scaleDownWindow()).isZero();
    }

    @Test
    @DisplayName("a site stays Ready while its autoscaler's pods come and go, if the fewest that it may have are there")
    void steps() {
        site.ready(WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {minReplicas: 2, maxReplicas: 5}}"));
        var web = site.cluster.get(Deployment.class, "mysite-web");
        web.getSpec().setReplicas(4);
        web.getMetadata().setGeneration(web.getMetadata().getGeneration() + 1);
        scaled(web, 2, 2);
        site.settle();
        assertThat(site.status().phase())
                .as("before its controller has seen it")
                .isEqualTo(Phase.Ready);
        web.getStatus().setObservedGeneration(web.getMetadata().getGeneration());
        scaled(web, 4, 2);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
        assertThat(site.message()).endsWith("; being scaled: Deployment/mysite-web (2/4)");
        scaled(web, 4, 1);
        site.settle();
        assertThat(site.status().phase()).as("with fewer than the fewest").isEqualTo(Phase.Deploying);
        scaled(web, 4, 4);
        site.settle();
        assertThat(site.message()).isEqualTo("version 1.0 serves at http://mysite.localhost");

        web.getSpec().setReplicas(3);
        scaled(web, 3, 3);
        site.webPod("mysite-web-stays", "7c9f", Optional.empty());
        site.webPod("mysite-web-goes", "7c9f", Optional.of(SiteInMemory.NOW.plusSeconds(30)));
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        site.webPod("mysite-web-goes", "5d4b", Optional.of(SiteInMemory.NOW.plusSeconds(30)));
        site.settle();
        assertThat(site.message()).contains("1 that it replaces may still answer");
    }

    @Test
    @DisplayName("pods that an autoscaler asked for and that do not come are missing after all")
    void stepThatFails() {
        site.ready(WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {minReplicas: 1, maxReplicas: 5}}"));
        var web = site.cluster.get(Deployment.class, "mysite-web");
        web.getSpec().setReplicas(2);
        scaled(web, 2, 1);
        site.webPod("mysite-web-pending", "7c9f", Optional.empty());
        var pending = site.cluster.get(Pod.class, "mysite-web-pending");
        pending.getMetadata()
                .setCreationTimestamp(SiteInMemory.NOW.minusSeconds(599).toString());
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
        pending.getMetadata()
                .setCreationTimestamp(SiteInMemory.NOW.minusSeconds(601).toString());
        site.settle();
        assertThat(site.message()).startsWith("version 1.0 runs, and waits for pods of Deployment/mysite-web (1/2)");
    }

    private static void scaled(Deployment deployment, int pods, int available) {
        deployment.setStatus(new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getStatus().getObservedGeneration())
                .withReplicas(pods)
                .withUpdatedReplicas(pods)
                .withAvailableReplicas(available)
                .addNewCondition()
                .withType("Progressing")
                .withStatus("True")
                .withReason("NewReplicaSetAvailable")
                .endCondition()
                .build());
    }

    @Test
    @DisplayName("what was stopped starts again with an autoscaler, which would leave none at none")
    void startAgainAutoscaled() {
        var scaled = WHOLE.replace("web: {replicas: 2}", "web: {autoscale: {maxReplicas: 5}}");
        site.ready(scaled);
        site.change(scaled + "  stopped: true\n");
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.cluster.get(Deployment.class, "mysite-web").getSpec().getReplicas())
                .isZero();
        site.change(scaled);
        assertThat(site.plan().effects())
                .filteredOn(Effect.HandOver.class::isInstance)
                .extracting(effect -> ((Effect.HandOver) effect).replicas())
                .containsExactly(1);
    }

    @Test
    @DisplayName("KEDA owns the number of a pool's pods where it is installed; where not, the status says so")
    void queueScaling() {
        var scaling = WHOLE.replace("default: {}", "default: {autoscale: {maxReplicas: 8, queueLength: 5}}");
        site.cluster.lacks(ScaledObject.class);
        site.ready(scaling);
        assertThat(site.cluster
                        .get(Deployment.class, "mysite-celery-default")
                        .getSpec()
                        .getReplicas())
                .isEqualTo(1);
        assertThat(site.problems()).contains("pools default do not scale", "install KEDA");
        site.change(
                WHOLE.replace("default: {}", "default: {autoscale: {minReplicas: 0, maxReplicas: 8, queueLength: 5}}"));
        site.settle();
        assertThat(site.cluster
                        .get(Deployment.class, "mysite-celery-default")
                        .getSpec()
                        .getReplicas())
                .as("nobody else would start a first one")
                .isEqualTo(1);
        site.change(scaling);
        site.cluster.has(ScaledObject.class);
        site.settle();
        assertThat(site.cluster
                        .get(Deployment.class, "mysite-celery-default")
                        .getSpec()
                        .getReplicas())
                .isNull();
        var spec = site.cluster.get(ScaledObject.class, "mysite-celery-default").getSpec();
        assertThat(spec.maxReplicaCount()).isEqualTo(8);
        assertThat(spec.triggers())
                .extracting(trigger -> trigger.type() + " " + trigger.metadata().get("queueName") + " "
                        + trigger.metadata().get("protocol"))
                .containsExactly("rabbitmq celery http");
        assertThat(site.cluster
                        .get(TriggerAuthentication.class, "mysite-celery")
                        .getSpec()
                        .secretTargetRef())
                .containsExactly(new TriggerAuthentication.SecretTarget("host", "mysite-rabbitmq", "managementUrl"));
    }

    @Test
    @DisplayName("a pool scales by CPU without KEDA, and no sooner down than its tasks may take")
    void poolsByCpu() {
        var scaling =
                WHOLE.replace("concurrency: 1,", "concurrency: 1, autoscale: {maxReplicas: 8, targetCpuPercent: 60},");
        site.cluster.lacks(ScaledObject.class);
        site.ready(scaling);
        assertThat(Conditions.find(site.status().conditions(), "Configured")).isEmpty();
        assertThat(site.cluster
                        .get(Deployment.class, "mysite-celery-slow")
                        .getSpec()
                        .getReplicas())
                .isNull();
        var scaler = site.cluster.get(HorizontalPodAutoscaler.class, "mysite-celery-slow");
        assertThat(scaler.getSpec().getMinReplicas()).isEqualTo(1);
        assertThat(scaler.getSpec().getMaxReplicas()).isEqualTo(8);
        assertThat(scaler.getSpec()
                        .getMetrics()
                        .getFirst()
                        .getResource()
                        .getTarget()
                        .getAverageUtilization())
                .isEqualTo(60);
        assertThat(scaler.getSpec().getBehavior().getScaleDown().getStabilizationWindowSeconds())
                .isEqualTo(600);
        site.cluster.has(ScaledObject.class);
        site.change(scaling.replace("targetCpuPercent: 60", "scaleDownSeconds: 900"));
        site.settle();
        assertThat(site.names(HorizontalPodAutoscaler.class)).isEmpty();
        site.cluster.get(Deployment.class, "mysite-celery-slow").getSpec().setReplicas(0);
        assertThat(site.plan().effects())
                .as("what KEDA leaves at none is KEDA's")
                .noneMatch(Effect.HandOver.class::isInstance);
        var before = site.cluster.get(DjangoApp.class, "mysite");
        site.change(scaling);
        assertThat(site.plan().effects())
                .filteredOn(Effect.HandOver.class::isInstance)
                .as("no autoscaler by CPU would start one")
                .extracting(effect -> ((Effect.HandOver) effect).replicas())
                .containsExactly(1);
        site.cluster.put(before);
        assertThat(site.cluster
                        .get(ScaledObject.class, "mysite-celery-slow")
                        .getSpec()
                        .cooldownPeriod())
                .isEqualTo(900);
    }

    @Test
    @DisplayName("where KEDA's objects can't be read, nothing of them changes, and the status says so")
    void unreadScaling() {
        var scaling = WHOLE.replace("default: {}", "default: {autoscale: {maxReplicas: 8, queueLength: 5}}");
        site.ready(scaling);
        site.cluster.takeEffects();
        site.cluster.reads(ScaledObject.class, false);
        site.settle();
        assertThat(site.cluster.takeEffects()).isEmpty();
        assertThat(site.problems())
                .contains("what there is of kind ScaledObject is not known, so none is made, changed or deleted");
        site.cluster.reads(ScaledObject.class, true);
        site.settle();
        assertThat(Conditions.find(site.status().conditions(), "Configured")).isEmpty();
    }
}
