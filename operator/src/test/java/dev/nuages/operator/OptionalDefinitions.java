package dev.nuages.operator;

import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.keda.TriggerAuthentication;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** The kinds that not every cluster has, defined in a cluster as far as an API server must know them, until closed. */
record OptionalDefinitions(KubernetesClient admin, List<CustomResourceDefinition> definitions)
        implements AutoCloseable {
    /** Held by each class of tests that brings them into the cluster, or looks at one without them. */
    static final String LOCK = "optional definitions";

    static OptionalDefinitions installed(KubernetesClient admin) {
        var definitions = List.of(
                definition(HTTPRoute.class), definition(ScaledObject.class), definition(TriggerAuthentication.class));
        definitions.forEach(definition -> {
            admin.resource(definition).create();
            Eventually.holds(
                    "the API server serves " + definition.getMetadata().getName(),
                    () -> TestCluster.isServed(admin.resource(definition).get()));
        });
        return new OptionalDefinitions(admin, definitions);
    }

    private static CustomResourceDefinition definition(Class<? extends HasMetadata> type) {
        return new CustomResourceDefinitionBuilder()
                .withNewMetadata()
                .withName(HasMetadata.getPlural(type) + "." + HasMetadata.getGroup(type))
                // Else the API server refuses a definition under *.k8s.io.
                .addToAnnotations("api-approved.kubernetes.io", "unapproved, for a test")
                .endMetadata()
                .withNewSpec()
                .withGroup(HasMetadata.getGroup(type))
                .withScope("Namespaced")
                .withNewNames()
                .withKind(HasMetadata.getKind(type))
                .withPlural(HasMetadata.getPlural(type))
                .withSingular(HasMetadata.getSingular(type))
                .endNames()
                .addNewVersion()
                .withName(HasMetadata.getVersion(type))
                .withServed(true)
                .withStorage(true)
                .withNewSchema()
                .withNewOpenAPIV3Schema()
                .withType("object")
                .withXKubernetesPreserveUnknownFields(true)
                .endOpenAPIV3Schema()
                .endSchema()
                .endVersion()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        definitions.forEach(definition -> admin.resource(definition).delete());
    }
}
