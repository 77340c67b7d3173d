package dev.nuages.operator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;

/**
 * What a status says of a plan that was refused for what the plan itself does not see, such as a Job of somebody else's
 * under a name that is only written. It is said in the fields that the statuses of all kinds share.
 */
final class RefusedStatus {
    private final KubernetesSerialization json;

    RefusedStatus(KubernetesSerialization json) {
        this.json = json;
    }

    /** The status that an object has, but not ready, for this reason, and in the phase Error if it is an application. */
    <R extends CustomResource<?, S>, S> S of(R resource, Class<R> type, Refusal refusal, Instant now) {
        var tree = json.convertValue(resource, ObjectNode.class);
        var status = tree.withObjectProperty("status");
        var before = status.get("conditions") instanceof ArrayNode conditions
                ? List.of(json.convertValue(conditions, Condition[].class))
                : List.<Condition>of();
        var after = new Conditions(before, resource.getMetadata().getGeneration(), now)
                .set("Ready", false, refusal.reason(), refusal.sentence());
        if (resource instanceof DjangoApp) {
            status.put("phase", "Error");
            after.set("Progressing", false, refusal.reason(), refusal.sentence())
                    .set("Degraded", true, refusal.reason(), refusal.sentence());
        }
        status.set("conditions", json.convertValue(after.list(), ArrayNode.class));
        return json.convertValue(tree, type).getStatus();
    }
}
