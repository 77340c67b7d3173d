package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One application that holds what cannot be read keeps no other from being looked after. */
@Tag("control-plane")
class ObjectUnreadTest {
    private static final String NAMESPACE = "object-unread";

    /** A field that no other test uses. */
    private static final String PATTERN = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/rabbitmq"
            + "/properties/resources/properties/limits/additionalProperties/pattern";

    private static final String ODD = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoApp
            metadata: {name: odd}
            spec:
              image: registry.example.org/odd
              version: "1.0"
              settings: odd.settings
              host: odd.example.org
              database: {name: object_unread_odd}
              rabbitmq: {resources: {limits: {memory: 64mb}}}
            """;

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void the_others_are_ready_and_it_says_what_to_correct() throws Exception {
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, NAMESPACE);
        createAsAnOlderSchemaLetIn();
        try (var client = cluster.operator();
                var _ = app.startOperator(client, cast);
                var _ = cast.playOn(NAMESPACE)) {
            app.await(Phase.Ready);
            Eventually.holds(
                    "the other says what could not be read",
                    () -> ready().filter(condition -> condition.getReason().equals("ObjectUnread"))
                            .isPresent());
            assertThat(ready())
                    .hasValueSatisfying(
                            condition -> assertThat(condition.getMessage())
                                    .startsWith(
                                            "what DjangoApp/odd holds at spec.rabbitmq.resources.limits.memory cannot be read:"));
            assertThat(asStored().getMetadata().getAnnotations())
                    .as("what the reading of it noted")
                    .isNullOrEmpty();
            assertThat(asStored().<String>get("spec", "rabbitmq", "resources", "limits", "memory"))
                    .isEqualTo("64mb");
            ByHand.patch(odd(), "{\"spec\":{\"rabbitmq\":null}}");
            Eventually.holds(
                    "the other is looked after",
                    () -> ready().filter(condition -> condition.getStatus().equals("True"))
                            .isPresent());
        }
    }

    private static void createAsAnOlderSchemaLetIn() {
        var crd =
                cluster.admin().apiextensions().v1().customResourceDefinitions().withName("djangoapps.nuages.dev");
        var patch = PatchContext.of(PatchType.JSON);
        crd.patch(patch, "[{\"op\":\"remove\",\"path\":\"" + PATTERN + "\"}]");
        try {
            Eventually.holds("an API server that takes it", ObjectUnreadTest::create);
        } finally {
            var like = PATTERN.replace("/limits/", "/requests/");
            crd.patch(patch, "[{\"op\":\"copy\",\"from\":\"" + like + "\",\"path\":\"" + PATTERN + "\"}]");
        }
    }

    private static boolean create() {
        try {
            var asWritten =
                    cluster.admin().getKubernetesSerialization().unmarshal(ODD, GenericKubernetesResource.class);
            cluster.admin().resource(asWritten).inNamespace(NAMESPACE).create();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static Resource<DjangoApp> odd() {
        return cluster.admin().resources(DjangoApp.class).inNamespace(NAMESPACE).withName("odd");
    }

    private static GenericKubernetesResource asStored() {
        return cluster.admin()
                .genericKubernetesResources(
                        odd().get().getApiVersion(), odd().get().getKind())
                .inNamespace(NAMESPACE)
                .withName("odd")
                .require();
    }

    private static Optional<Condition> ready() {
        return Optional.ofNullable(odd().get().getStatus())
                .map(DjangoAppStatus::conditions)
                .flatMap(conditions -> Conditions.find(conditions, "Ready"));
    }
}
