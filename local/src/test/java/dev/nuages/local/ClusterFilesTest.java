package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFilesTest {
    @TempDir
    static Path folder;

    private static ClusterFiles files = new ClusterFiles(new Home(Path.of("")));

    /** Once: keys take their time. */
    @BeforeAll
    static void write() throws IOException {
        files = new ClusterFiles(new Home(folder));
        files.issueCertificates(Instant.parse("2026-01-01T00:00:00Z"));
        files.writeConfigs("nuages.local/pause:1f");
    }

    @Test
    @DisplayName("the kubelet lets in nobody without a credential, and listens on the bridge only")
    void kubelet() throws IOException {
        Map<String, Object> kubelet = yaml("kubelet.yaml");

        assertThat(kubelet)
                .containsEntry("address", "10.244.0.1")
                .containsEntry("readOnlyPort", 0)
                .containsEntry("authorization", Map.of("mode", "Webhook"));
        assertThat(kubelet.get("authentication"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("anonymous", Map.of("enabled", false));
    }

    @Test
    @DisplayName("all that the programs keep is in one folder")
    void oneFolder() throws IOException {
        String containerd = Files.readString(files.config("containerd.toml"));

        assertThat(containerd
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.matches("(root|state|address|path|conf_dir|Root) = .*")))
                .hasSize(6)
                .allMatch(line -> line.contains(" = \"" + folder));
    }

    @Test
    @DisplayName("each component has a credential of its own, readable by root alone")
    void credentials() throws IOException {
        List<String> kubeconfigs = List.of("kubelet", "kube-proxy", "kube-scheduler", "kube-controller-manager");

        assertThat(kubeconfigs.stream().map(files::kubeconfig).map(ClusterFilesTest::read))
                .doesNotHaveDuplicates()
                .allMatch(kubeconfig -> kubeconfig.contains("server: https://127.0.0.1:6443"));
        try (var all = Files.list(files.pki(""))) {
            assertThat(all)
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .containsExactlyInAnyOrderElementsOf(
                                    java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    @DisplayName("the API server is known by both of its addresses")
    void apiServer() throws Exception {
        assertThat(PemFiles.addresses(PemFiles.certificate(files.pki("kube-apiserver.crt"))))
                .contains("127.0.0.1", "10.244.0.1", "10.96.0.1", "localhost", "kubernetes.default.svc");
    }

    @Test
    @DisplayName("what is issued and written again is what it was")
    void again() throws IOException {
        String before = read(files.pki("kube-apiserver.crt")) + read(files.kubeconfig("kubelet"));
        files.issueCertificates(Instant.parse("2026-06-01T00:00:00Z"));

        assertThat(read(files.pki("kube-apiserver.crt")) + read(files.kubeconfig("kubelet")))
                .isEqualTo(before);
    }

    @SuppressWarnings("unchecked") // a YAML mapping
    private static Map<String, Object> yaml(String file) throws IOException {
        return Serialization.unmarshal(Files.readString(files.config(file)), Map.class);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
