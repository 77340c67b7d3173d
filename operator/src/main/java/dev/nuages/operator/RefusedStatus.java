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
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a status says of a plan that was refused for what the plan itself does not see, such as a Job of somebody else's
 * under a name that is only written. It is said in the fields that the statuses of all kinds share.
 */
final class RefusedStatus {
    private static final Set<String> OURS = Set.of("Ready", "Progressing", "Degraded");

    private final KubernetesSerialization json;

    RefusedStatus(KubernetesSerialization json) {
        this.json = json;
    }

    /**
     * The status that was planned for an object, but not ready, for this reason, and in the phase Error if it is an
     * application.
     *
     * @param planned null where nothing was known of it yet
     */
    <R extends CustomResource<?, S>, S> S of(
            R resource, Class<R> type, @Nullable S planned, Refusal refusal, Instant now) {
        var tree = json.convertValue(resource, ObjectNode.class);
        var read = conditions(tree.withObjectProperty("status"));
        var status = planned == null ? tree.withObjectProperty("status") : json.convertValue(planned, ObjectNode.class);
        tree.set("status", status);
        // Since when it is refused is what the object says: the plan, which does not see it, has them as they would be.
        var before = Stream.concat(
                        conditions(status).stream().filter(condition -> !OURS.contains(condition.getType())),
                        read.stream().filter(condition -> OURS.contains(condition.getType())))
                .toList();
        var after = new Conditions(before, resource.getMetadata().getGeneration(), now)
                .set("Ready", false, refusal.reason(), refusal.sentence());
        if (resource instanceof DjangoApp) {
            status.put("phase", "Error");
            after.set("Progressing", false, refusal.reason(), refusal.sentence())
                    .set("Degraded", true, refusal.reason(), refusal.sentence());
        }
        status.put("observedGeneration", resource.getMetadata().getGeneration());
        status.set("conditions", json.convertValue(after.list(), ArrayNode.class));
        return json.convertValue(tree, type).getStatus();
    }

    private List<Condition> conditions(ObjectNode status) {
        return status.get("conditions") instanceof ArrayNode conditions
                ? List.of(json.convertValue(conditions, Condition[].class))
                : List.of();
    }
}
