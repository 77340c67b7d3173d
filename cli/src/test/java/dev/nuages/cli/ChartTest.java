package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartTest {
    private static final Chart OURS = new Chart(Path.of("..", "charts", "nuages"), new KubernetesSerialization());

    @TempDir
    Path folder;

    @Test
    void everyTemplateOfOursCanBeFilledInWithoutHelm() {
        assertThat(OURS.objects("nuages-system", Map.of()))
                .extracting(HasMetadata::getKind)
                .contains("Deployment", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Service");
    }

    @Test
    void aClusterThatIsTooOldIsRefusedBeforeAnythingIsWritten() {
        int oldest = OURS.oldestKubernetes();
        assertThat(oldest).isEqualTo(34);
        OperatorInstall.requireKubernetes("1", "34", oldest);
        OperatorInstall.requireKubernetes("1", "35+", oldest);
        OperatorInstall.requireKubernetes("2", "0", oldest);
        assertThatThrownBy(() -> OperatorInstall.requireKubernetes("1", "33+", oldest))
                .isInstanceOf(Refusal.class)
                .hasMessage("the cluster runs Kubernetes 1.33, and Nuages needs 1.34 or later: upgrade it, or name the"
                        + " context of another one");
    }

    @Test
    void namespacedObjectsGoToTheNamespaceAndOthersToNone() {
        List<HasMetadata> objects = OURS.objects("elsewhere", Map.of());

        assertThat(only(Deployment.class, objects).getMetadata().getNamespace()).isEqualTo("elsewhere");
        assertThat(only(ClusterRole.class, objects).getMetadata().getNamespace())
                .isNull();
        assertThat(only(ClusterRoleBinding.class, objects)
                        .getSubjects()
                        .getFirst()
                        .getNamespace())
                .isEqualTo("elsewhere");
    }

    @Test
    void aValueGivenReplacesTheStandardOne() {
        Deployment operator =
                only(Deployment.class, OURS.objects("n", Map.of("image.reference", "registry.example.org/operator:7")));

        assertThat(operator.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .isEqualTo("registry.example.org/operator:7");
    }

    @Test
    void theOperatorsRightsNameEachVerbAndKind() {
        ClusterRole role = only(ClusterRole.class, OURS.objects("n", Map.of()));

        assertThat(role.getRules()).allSatisfy(rule -> {
            assertThat(everyWord(rule)).doesNotContain("*", "escalate", "bind", "impersonate");
            assertThat(rule.getNonResourceURLs()).isEmpty();
        });
    }

    @Test
    void crdsAreThere() {
        assertThat(OURS.crds()).extracting(HasMetadata::getKind).containsOnly("CustomResourceDefinition");
    }

    @Test
    void anExpressionThatNeedsHelmIsRefused() throws IOException {
        template("name: {{ include \"nuages.name\" . }}");

        assertThatThrownBy(() -> new Chart(folder, new KubernetesSerialization()).objects("n", Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("only .Values.x.y and .Release.Namespace");
    }

    @Test
    void aValueThatValuesYamlDoesNotGiveIsRefused() throws IOException {
        template("name: {{ .Values.image.tag }}");

        assertThatThrownBy(() -> new Chart(folder, new KubernetesSerialization()).objects("n", Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(".Values.image.tag, which values.yaml does not give");
    }

    private void template(String text) throws IOException {
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(folder.resolve("templates").resolve("a.yaml"), text);
        Files.writeString(folder.resolve("values.yaml"), "image:\n  reference: a\n");
    }

    private static List<String> everyWord(PolicyRule rule) {
        return java.util.stream.Stream.of(rule.getApiGroups(), rule.getResources(), rule.getVerbs())
                .flatMap(List::stream)
                .toList();
    }

    private static <T extends HasMetadata> T only(Class<T> kind, List<HasMetadata> objects) {
        return objects.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }
}
