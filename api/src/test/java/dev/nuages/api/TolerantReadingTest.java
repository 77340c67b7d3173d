package dev.nuages.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TolerantReadingTest {
    @Test
    @DisplayName("an application that a newer version of its kind gave fields to is read without them")
    void fieldsOfANewerVersion() {
        var app = TolerantReading.serialization().unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite}
                spec: {version: "1.0", web: {replicas: 2, colour: blue}, weather: fine}
                status: {phase: Ready, mood: {good: true}}
                """, DjangoApp.class);
        assertThat(app.getSpec().version()).isEqualTo("1.0");
        assertThat(app.getSpec().web())
                .isNotNull()
                .satisfies(web -> assertThat(web.replicas()).isEqualTo(2));
        assertThat(app.getStatus())
                .isNotNull()
                .satisfies(status -> assertThat(status.phase()).isEqualTo(DjangoAppStatus.Phase.Ready));
    }

    @Test
    @DisplayName("of a list with an application that holds odd values all are read, and it tells what could not be")
    void oddValues() {
        var apps = TolerantReading.serialization()
                .unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoAppList
                metadata: {resourceVersion: "7"}
                items:
                - apiVersion: nuages.dev/v1alpha1
                  kind: DjangoApp
                  metadata: {name: odd, annotations: {colour: blue}}
                  spec:
                    version: "1.0"
                    redis: {maxMemory: ""}
                    web: {replicas: 3000000000, server: Newer}
                    env: [{name: A, value: a}, {name: B, valueFrom: {resourceFieldRef: {resource: cpu, divisor: 1x}}}]
                    tasks: {a.b: {resources: {limits: {memory: 64mb}}}}
                  status: {phase: Newer, url: http://localhost}
                - apiVersion: nuages.dev/v1alpha1
                  kind: DjangoApp
                  metadata: {name: none}
                - apiVersion: nuages.dev/v1alpha1
                  kind: DjangoApp
                  metadata: {name: good}
                  spec: {version: "1.0", redis: {maxMemory: 1Gi}}
                """, new TypeReference<DefaultKubernetesResourceList<DjangoApp>>() {})
                .getItems();
        assertThat(apps).map(app -> app.getMetadata().getName()).containsExactly("odd", "none", "good");
        assertThat(apps)
                .map(TolerantReading::unread)
                .containsExactly(
                        Optional.of("spec.env[1].valueFrom.resourceFieldRef.divisor, spec.redis.maxMemory,"
                                + " spec.tasks.a.b.resources.limits.memory, spec.web.replicas, spec.web.server"),
                        Optional.of("spec"),
                        Optional.empty());
        var odd = apps.getFirst();
        assertThat(odd.getMetadata().getAnnotations()).containsEntry("colour", "blue");
        assertThat(odd.getSpec().version()).isEqualTo("1.0");
        assertThat(odd.getSpec().env()).map(EnvVar::getName).containsExactly("A", "B");
        assertThat(odd.getStatus())
                .isNotNull()
                .satisfies(status -> assertThat(status.url()).isEqualTo("http://localhost"));
        assertThat(apps.getLast().getMetadata().getAnnotations()).isNullOrEmpty();
    }
}
