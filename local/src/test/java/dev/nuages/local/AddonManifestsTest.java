package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.local.images.ImageArchive;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddonManifestsTest {
    @TempDir
    Path folder;

    private List<HasMetadata> objects = List.of();

    @BeforeEach
    void generate() throws IOException {
        Home home = new Home(folder);
        ClusterFiles files = new ClusterFiles(home);
        Files.createDirectories(files.pki(""));
        for (String file : List.of("ca.crt", "metrics-server.crt", "metrics-server.key")) {
            Files.writeString(files.pki(file), file);
        }
        Map<String, ImageArchive> images = new LinkedHashMap<>();
        for (String name :
                List.of("pause", "coredns", "local-path-provisioner", "traefik", "metrics-server", "python")) {
            images.put(name, new ImageArchive("nuages.local/" + name + ":1f", folder.resolve(name), "1f"));
        }
        objects = new ClusterAddons(home, folder, files).manifests(images, new KubernetesSerialization());
    }

    @Test
    @DisplayName("every add-on is there, from an image of this machine, and nothing is left to be filled in")
    void complete() {
        assertThat(deployments().map(deployment -> deployment.getMetadata().getName()))
                .containsExactlyInAnyOrder("coredns", "local-path-provisioner", "traefik", "metrics-server");
        assertThat(containers().map(Container::getImage)).allMatch(image -> image.matches("nuages\\.local/.*:1f"));
        assertThat(objects).noneMatch(object -> object.toString().contains("${"));
    }

    @Test
    @DisplayName("every add-on runs without root, capabilities, or a root it may write to")
    void restricted() {
        assertThat(deployments().map(AddonManifestsTest::pod)).allSatisfy(pod -> {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        });
        assertThat(containers().map(Container::getSecurityContext)).allSatisfy(context -> {
            assertThat(context.getAllowPrivilegeEscalation()).isFalse();
            assertThat(context.getReadOnlyRootFilesystem()).isTrue();
            assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        });
    }

    @Test
    @DisplayName("every right names its verbs and kinds")
    void rights() {
        assertThat(objects.stream().flatMap(AddonManifestsTest::rules))
                .isNotEmpty()
                .allSatisfy(rule -> {
                    assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate");
                    assertThat(rule.getResources()).doesNotContain("*");
                });
    }

    @Test
    @DisplayName("every add-on has an account of its own")
    void accounts() {
        assertThat(deployments().map(deployment -> pod(deployment).getServiceAccountName()))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    private Stream<Deployment> deployments() {
        return objects.stream().filter(Deployment.class::isInstance).map(Deployment.class::cast);
    }

    private Stream<Container> containers() {
        return deployments().flatMap(deployment -> pod(deployment).getContainers().stream());
    }

    private static PodSpec pod(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec();
    }

    private static Stream<PolicyRule> rules(HasMetadata object) {
        return switch (object) {
            case Role role -> role.getRules().stream();
            case ClusterRole role -> role.getRules().stream();
            default -> Stream.empty();
        };
    }
}
