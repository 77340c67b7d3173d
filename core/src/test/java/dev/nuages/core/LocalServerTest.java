package dev.nuages.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.postgresserver.PostgresServers;
import dev.nuages.core.rabbitmqvhost.RabbitmqVhosts;
import dev.nuages.core.redisinstance.RedisInstances;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LocalServerTest {
    private final InMemoryCluster cluster = new InMemoryCluster();

    @Test
    @DisplayName("what keeps a server's pod from running is said by the server")
    void podTrouble() {
        says(
                new PostgresServers(),
                PostgresServer.class,
                "postgres",
                server -> server.getStatus().conditions());
        says(
                new RedisInstances(),
                RedisInstance.class,
                "redis",
                redis -> redis.getStatus().conditions());
        says(
                new RabbitmqVhosts((broker, vhost, user, password) -> {
                    throw new AssertionError("nobody is to be asked");
                }),
                RabbitmqVhost.class,
                "rabbitmq",
                vhost -> vhost.getStatus().conditions());
    }

    @Test
    @DisplayName("a server's pod runs where it is asked to, and its volume is what it was")
    void pods() {
        runsWhereAsked(new PostgresServers(), PostgresServer.class, "postgres");
        runsWhereAsked(new RedisInstances(), RedisInstance.class, "redis");
        runsWhereAsked(
                new RabbitmqVhosts((broker, vhost, user, password) -> {
                    throw new AssertionError("nobody is to be asked");
                }),
                RabbitmqVhost.class,
                "rabbitmq");
    }

    private <R extends CustomResource<?, S>, S, O> void runsWhereAsked(
            Kind<R, S, O> kind, Class<R> type, String component) {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: %s
                metadata: {name: main, namespace: default}
                spec:
                  local:
                    storage: 1Gi
                    pods:
                      labels: {team: shop, app.kubernetes.io/managed-by: somebody}
                      annotations: {note: kept}
                      nodeSelector: {disk: ssd}
                      tolerations: [{key: data, operator: Exists}]
                      priorityClassName: high
                      imagePullSecrets: [registry]
                """.formatted(type.getSimpleName()), type));
        cluster.settle(kind, "main");
        var set = cluster.get(StatefulSet.class, "main-" + component).getSpec();
        assertThat(set.getTemplate().getMetadata().getLabels())
                .containsEntry("team", "shop")
                .containsEntry(Ownership.MANAGED_BY_LABEL, "nuages")
                .containsAllEntriesOf(set.getSelector().getMatchLabels());
        assertThat(set.getTemplate().getMetadata().getAnnotations())
                .containsEntry("note", "kept")
                .containsKey(Nuages.CONFIG_ANNOTATION);
        var pod = set.getTemplate().getSpec();
        assertThat(pod.getNodeSelector()).isEqualTo(Map.of("disk", "ssd"));
        assertThat(pod.getTolerations()).extracting(Toleration::getKey).containsExactly("data");
        assertThat(pod.getPriorityClassName()).isEqualTo("high");
        assertThat(pod.getImagePullSecrets())
                .extracting(LocalObjectReference::getName)
                .containsExactly("registry");
        assertThat(set.getVolumeClaimTemplates())
                .as("what can't be changed later")
                .singleElement()
                .satisfies(claim -> assertThat(claim.getMetadata().getLabels()).doesNotContainKey("team"));
    }

    private <R extends CustomResource<?, S>, S, O> void says(
            Kind<R, S, O> kind, Class<R> type, String component, Function<R, List<Condition>> conditions) {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: %s
                metadata: {name: main, namespace: default}
                spec: {local: {}}
                """.formatted(type.getSimpleName()), type));
        cluster.settle(kind, "main");
        assertThat(ready(type, conditions))
                .isEqualTo("waiting for the pod of StatefulSet main-%s to be ready".formatted(component));

        cluster.put(Serialization.unmarshal("""
                apiVersion: events.k8s.io/v1
                kind: Event
                metadata: {name: main-%1$s.1, namespace: default}
                reason: FailedCreate
                regarding: {kind: StatefulSet, namespace: default, name: main-%1$s}
                note: 'Create Pod main-%1$s-0 failed error: exceeded quota: small'
                """.formatted(component), Event.class));
        counts(component, 0);
        cluster.settle(kind, "main");
        assertThat(ready(type, conditions))
                .isEqualTo(("waiting for the pod of StatefulSet main-%1$s to be ready;"
                                + " Create Pod main-%1$s-0 failed error: exceeded quota: small")
                        .formatted(component));
        counts(component, 1);
        cluster.settle(kind, "main");
        assertThat(ready(type, conditions))
                .as("made after all")
                .isEqualTo("waiting for the pod of StatefulSet main-%s to be ready".formatted(component));

        cluster.put(Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: main-%s-0, namespace: default}
                status:
                  phase: Pending
                  conditions:
                  - {type: PodScheduled, status: "False", reason: Unschedulable, message: no node has its volume}
                """.formatted(component), Pod.class));
        cluster.settle(kind, "main");
        assertThat(ready(type, conditions))
                .isEqualTo(("waiting for the pod of StatefulSet main-%1$s to be ready;"
                                + " pod main-%1$s-0: Unschedulable: no node has its volume")
                        .formatted(component));
    }

    /** Its controller has looked at the StatefulSet, and counts this many pods. */
    private void counts(String component, int pods) {
        var set = cluster.get(StatefulSet.class, "main-" + component);
        set.setStatus(new StatefulSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(pods)
                .build());
    }

    private <R extends CustomResource<?, ?>> String ready(Class<R> type, Function<R, List<Condition>> conditions) {
        return Conditions.find(conditions.apply(cluster.get(type, "main")), "Ready")
                .orElseThrow()
                .getMessage();
    }
}
