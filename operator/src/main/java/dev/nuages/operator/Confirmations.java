package dev.nuages.operator;

import dev.nuages.api.Nuages;
import dev.nuages.core.Confirmation;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
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

    /**
     * Somebody else's object that is there in place of nothing, and of which no cache will ever tell, for it does not carry
     * our label.
     */
    Optional<ObjectRef> inTheWay(Confirmation confirmation) {
        return confirmation instanceof Confirmation.Absent(var object) && !isOfOurKinds(object)
                ? live(client, object)
                        .filter(there -> !Nuages.MANAGER.equals(
                                Optional.ofNullable(there.getMetadata().getLabels())
                                        .map(labels -> labels.get(Ownership.MANAGED_BY_LABEL))
                                        .orElse("")))
                        .map(there -> object)
                : Optional.empty();
    }

    /** Of which the caches hold all. */
    private static boolean isOfOurKinds(ObjectRef object) {
        return HasMetadata.getGroup(object.type()).equals(Nuages.GROUP);
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
