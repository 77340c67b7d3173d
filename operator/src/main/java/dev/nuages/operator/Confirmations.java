package dev.nuages.operator;

import dev.nuages.core.Confirmation;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Optional;

/** Asks the API server itself, past every cache. */
final class Confirmations {
    private final KubernetesClient client;

    Confirmations(KubernetesClient client) {
        this.client = client;
    }

    boolean holds(Confirmation confirmation) {
        return switch (confirmation) {
            case Confirmation.Absent(var object) -> live(client, object).isEmpty();
            case Confirmation.Unchanged(var object, var version) ->
                live(client, object)
                        .filter(now -> version.equals(now.getMetadata().getResourceVersion()))
                        .isPresent();
        };
    }

    /** The object as it is now. */
    static Optional<? extends HasMetadata> live(KubernetesClient client, ObjectRef object) {
        return Optional.ofNullable(place(client, object).get());
    }

    static Resource<? extends HasMetadata> place(KubernetesClient client, ObjectRef object) {
        var resources = client.resources(object.type());
        return object.namespace().isEmpty()
                ? resources.withName(object.name())
                : resources.inNamespace(object.namespace()).withName(object.name());
    }
}
