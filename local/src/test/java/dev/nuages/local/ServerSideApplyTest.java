package dev.nuages.local;

import static dev.nuages.local.ServerSideApply.Outcome.CHANGED;
import static dev.nuages.local.ServerSideApply.Outcome.CREATED;
import static dev.nuages.local.ServerSideApply.Outcome.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

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
