package dev.nuages.local;

import static dev.nuages.local.ServerSideApply.Outcome.CHANGED;
import static dev.nuages.local.ServerSideApply.Outcome.CREATED;
import static dev.nuages.local.ServerSideApply.Outcome.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("control-plane")
class ServerSideApplyTest {
    @TempDir
    Path folder;

    @Test
    void writesWhatDiffersAndNothingElse() {
        try (ControlPlane plane = ControlPlane.start(folder);
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(plane.kubeconfig().toFile()))
                        .build()) {
            var apply = new ServerSideApply(client, "test", true);
            var maps = client.configMaps().inNamespace("default").withName("colours");

            assertThat(apply.apply(map(Map.of("sky", "blue", "sun", "yellow")))).isEqualTo(CREATED);
            String version = maps.get().getMetadata().getResourceVersion();
            assertThat(apply.apply(map(Map.of("sky", "blue", "sun", "yellow")))).isEqualTo(UNCHANGED);
            assertThat(maps.get().getMetadata().getResourceVersion()).isEqualTo(version);

            maps.edit(there -> new ConfigMapBuilder(there)
                    .addToData("sky", "grey")
                    .addToData("moon", "white")
                    .build());
            assertThat(apply.apply(map(Map.of("sky", "blue", "sun", "yellow")))).isEqualTo(CHANGED);
            assertThat(maps.get().getData())
                    .containsOnly(Map.entry("sky", "blue"), Map.entry("sun", "yellow"), Map.entry("moon", "white"));

            assertThat(apply.apply(map(Map.of("sky", "blue")))).isEqualTo(CHANGED);
            assertThat(maps.get().getData()).containsOnly(Map.entry("sky", "blue"), Map.entry("moon", "white"));
        }
    }

    @Test
    void whatHoldsIsToldByValues() throws Exception {
        assertThat(holds("{a: {b: [1, x], more: 2}, c: d}", "{a: {b: [1, x]}}")).isTrue();
        assertThat(holds("{a: {b: [1, x]}}", "{a: {b: [1, x]}, priority: 0}")).isTrue();
        assertThat(holds("{name: x}", "{name: x, value: ''}")).isTrue();
        assertThat(holds("{name: x, value: y}", "{name: x, value: ''}")).isFalse();
        assertThat(holds("{name: x}", "{name: x, value: y}")).isFalse();
        assertThat(holds("{a: {b: [1, x]}}", "{a: {b: [1, y]}}")).isFalse();
        assertThat(holds("{a: {b: [1, x]}}", "{a: {b: [1]}}")).isFalse();
        assertThat(holds("{a: {b: [1, x]}}", "{a: {c: e}}")).isFalse();
        assertThat(holds("{a: {b: [1, x]}}", "{a: {c: {}}}")).isFalse();
        assertThat(holds("{a: '1'}", "{a: 1}")).isFalse();
        assertThat(ServerSideApply.holds(new IntNode(30), new LongNode(30))).isTrue();
    }

    private static boolean holds(String there, String wanted) throws JsonProcessingException {
        var yaml = new ObjectMapper(new YAMLFactory());
        return ServerSideApply.holds(yaml.readTree(there), yaml.readTree(wanted));
    }

    private static ConfigMap map(Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("colours")
                .withNamespace("default")
                .endMetadata()
                .withData(data)
                .build();
    }
}
