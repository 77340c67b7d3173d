package dev.nuages.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;

/**
 * Changes of objects by somebody else than the operator. They are patches of what is there, whatever that is by then: an
 * edit would send the version that it read, and fail when the operator wrote meanwhile.
 */
final class ByHand {
    static final String MANAGER = "careless-hand";

    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(MANAGER)
            .build();

    private ByHand() {}

    /**
     * Answers what it then is.
     *
     * @param change a JSON merge patch
     */
    static <T> T patch(Resource<T> place, String change) {
        return place.patch(MERGE, change);
    }

    /** Says what the status is, as a controller does. */
    static void say(KubernetesClient client, HasMetadata object, Object status) {
        client.resource(object)
                .subresource("status")
                .patch(MERGE, client.getKubernetesSerialization().asJson(Map.of("status", status)));
    }
}
