package dev.nuages.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final String WANTED = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {a: "1"}}
            spec:
              replicas: 2
              template:
                spec:
                  containers:
                  - name: web
                    image: mysite:1.0
                    command: [gunicorn, --workers=2]
                    env: [{name: DEBUG, value: "false"}]
                    resources: {requests: {cpu: 500m}}
            """;

    @Test
    @DisplayName("what the API server fills in is no drift, nor is a quantity in other words")
    void defaults() {
        assertThat(drift(WANTED.replace("replicas: 2", "replicas: 2\n  revisionHistoryLimit: 10")
                                .replace("cpu: 500m", "cpu: \"0.5\""))
                        .none())
                .isTrue();
    }

    @Test
    @DisplayName("a changed field is named by its path, in lists by the item's name")
    void changed() {
        assertThat(drift(WANTED.replace("replicas: 2", "replicas: 3").replace("mysite:1.0", "mysite:2.0"))
                        .changed())
                .containsExactlyInAnyOrder("spec.replicas", "spec.template.spec.containers[web].image");
    }

    @Test
    @DisplayName("an argument more or less changes a list that has no names")
    void arguments() {
        assertThat(drift(WANTED.replace("--workers=2", "--workers=2, --reload")).changed())
                .containsExactly("spec.template.spec.containers[web].command");
    }

    @Test
    @DisplayName("an item too many is pointed at, the last first, so that they can be removed in this order")
    void extra() {
        var more = "env: [{name: A, value: x}, {name: DEBUG, value: \"false\"}, {name: B, value: y}]";
        var drift = drift(WANTED.replace("env: [{name: DEBUG, value: \"false\"}]", more));
        assertThat(drift.changed()).isEmpty();
        assertThat(drift.extra())
                .containsExactly("/spec/template/spec/containers/0/env/2", "/spec/template/spec/containers/0/env/0");
    }

    @Test
    @DisplayName("what is too many inside an item is taken out before the items too many, which move the others")
    void inside() {
        var more = WANTED.replace("- name: web\n", "- name: sidecar\n      - name: web\n")
                .replace("{name: DEBUG, value: \"false\"}", "{name: DEBUG, value: \"false\"}, {name: A, value: x}");
        assertThat(drift(more).extra())
                .containsExactly("/spec/template/spec/containers/1/env/1", "/spec/template/spec/containers/0");
    }

    @Test
    @DisplayName("a held rollout and a command in place of the image's are pointed at")
    void additions() {
        var wanted = WANTED.replace("        command: [gunicorn, --workers=2]\n", "");
        assertThat(wanted).isNotEqualTo(WANTED);
        assertThat(Drift.between(read(wanted), read(WANTED.replace("replicas: 2", "replicas: 2\n  paused: true")))
                        .extra())
                .containsExactlyInAnyOrder("/spec/paused", "/spec/template/spec/containers/0/command");
    }

    @Test
    @DisplayName("a label more that a Service looks for is a change: its labels are applied as one")
    void selector() {
        var service = """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}}
                """;
        assertThat(Drift.between(
                                Serialization.unmarshal(service, Service.class),
                                Serialization.unmarshal(
                                        service.replace("app: web", "app: web, release: none"), Service.class))
                        .changed())
                .containsExactly("spec.selector.release");
    }

    @Test
    @DisplayName("a missing item is a change")
    void missing() {
        assertThat(drift(WANTED.replace("env: [{name: DEBUG, value: \"false\"}]", "env: []"))
                        .changed())
                .isNotEmpty();
    }

    @Test
    @DisplayName("an empty text is as good as none, for the API server keeps none of a variable's or a toleration's")
    void emptyTexts() {
        var wanted = WANTED.replace(
                "env: [{name: DEBUG, value: \"false\"}]",
                "env: [{name: DEBUG, value: \"\"}]\n        envFrom: [{prefix: \"\"}]");
        var kept = wanted.replace("value: \"\"", "").replace("prefix: \"\"", "");
        assertThat(Drift.between(read(wanted), read(kept)).none()).isTrue();
        assertThat(Drift.between(read(wanted), read(wanted.replace("value: \"\"", "value: x")))
                        .changed())
                .containsExactly("spec.template.spec.containers[web].env[DEBUG].value");
    }

    @Test
    @DisplayName("an empty entry of a Secret's, a label, or of what a node must have, is missed where it is not there")
    void emptyEntries() {
        assertThat(Drift.between(
                                secret(Map.of("a", "b"), Map.of("KEY", "")), secret(Map.of("a", "b"), Map.of("B", "c")))
                        .changed())
                .containsExactly("data.KEY");
        var wanted = WANTED.replace("{a: \"1\"}", "{a: \"\"}")
                .replace("    spec:\n      containers", "    spec:\n      nodeSelector: {gpu: \"\"}\n      containers");
        var without = wanted.replace("{a: \"\"}", "{k: v}").replace("{gpu: \"\"}", "{k: v}");
        assertThat(Drift.between(read(wanted), read(without)).changed())
                .containsExactlyInAnyOrder("metadata.labels.a", "spec.template.spec.nodeSelector.gpu");
    }

    @Test
    @DisplayName("an entry too many of a Secret is pointed at, one of a label's is not")
    void entries() {
        var wanted = Map.of("KEY", "x");
        var actual = Map.of("KEY", "x", "a/b", "y");
        var drift = Drift.between(secret(Map.of("a", "b"), wanted), secret(Map.of("a", "b", "c", "d"), actual));
        assertThat(drift.changed()).isEmpty();
        assertThat(drift.extra()).containsExactly("/data/a~1b");
    }

    private static Secret secret(Map<String, String> labels, Map<String, String> texts) {
        return Secrets.of(
                new ObjectMetaBuilder().withName("env").withLabels(labels).build(), texts);
    }

    private static Drift drift(String actual) {
        return Drift.between(read(WANTED), read(actual));
    }

    private static HasMetadata read(String yaml) {
        return Serialization.unmarshal(yaml, Deployment.class);
    }
}
