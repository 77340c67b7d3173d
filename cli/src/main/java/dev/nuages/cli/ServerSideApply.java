package dev.nuages.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;

/**
 * Writes objects as field manager {@code nuages-cli}. An object that is already so is left as it is: the API server
 * writes nothing, and its resource version stays.
 *
 * @param client the cluster
 * @param overridesOthers what becomes of a field that someone else set to something else: taken over, or a refusal
 */
record ServerSideApply(KubernetesClient client, boolean overridesOthers) {
    static final String FIELD_MANAGER = "nuages-cli";

    /** What an apply did. */
    enum Outcome {
        CREATED,
        CHANGED,
        UNCHANGED
    }

    /** @throws Refusal if another field manager holds a field that the object sets otherwise */
    Outcome apply(HasMetadata wanted) {
        Resource<HasMetadata> resource = client.resource(wanted);
        HasMetadata before = resource.get();
        HasMetadata after = write(wanted, resource);
        if (before == null) {
            return Outcome.CREATED;
        }
        boolean same = before.getMetadata()
                .getResourceVersion()
                .equals(after.getMetadata().getResourceVersion());
        return same ? Outcome.UNCHANGED : Outcome.CHANGED;
    }

    private HasMetadata write(HasMetadata wanted, Resource<HasMetadata> resource) {
        var managed = resource.fieldManager(FIELD_MANAGER);
        if (overridesOthers) {
            return managed.forceConflicts().serverSideApply();
        }
        try {
            return managed.serverSideApply();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            throw new Refusal(
                    wanted.getKind() + " " + wanted.getMetadata().getName()
                            + " is there, and something else has a say in it: "
                            + e.getStatus().getMessage(),
                    e);
        }
    }
}
