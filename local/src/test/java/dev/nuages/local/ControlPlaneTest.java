package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("control-plane")
class ControlPlaneTest {
    @TempDir
    Path folder;

    @Test
    void storesAndServesAndTellsStrangersOnlyItsHealth() {
        try (ControlPlane plane = ControlPlane.start(folder)) {
            try (KubernetesClient admin =
                    client(Config.fromKubeconfig(plane.kubeconfig().toFile()))) {
                var map = new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("greeting")
                        .endMetadata()
                        .addToData("hello", "world")
                        .build();
                admin.configMaps().inNamespace("default").resource(map).create();
                assertThat(admin.configMaps()
                                .inNamespace("default")
                                .withName("greeting")
                                .get()
                                .getData())
                        .containsEntry("hello", "world");
            }
            Config nobody = new ConfigBuilder(Config.empty())
                    .withMasterUrl(plane.url())
                    .withCaCertFile(folder.resolve("pki/ca.crt").toString())
                    .build();
            try (KubernetesClient stranger = client(nobody)) {
                assertThat(stranger.raw("/readyz")).isEqualTo("ok");
                assertThatThrownBy(() -> stranger.namespaces().list())
                        .isInstanceOfSatisfying(
                                KubernetesClientException.class,
                                e -> assertThat(e.getCode()).isEqualTo(401));
            }
        }
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains(folder.toString())))
                .isEmpty();
    }

    private static KubernetesClient client(Config config) {
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
