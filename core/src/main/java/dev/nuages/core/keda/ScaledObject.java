package dev.nuages.core.keda;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;

/** What KEDA scales, and by what. */
@Group("keda.sh")
@Version("v1alpha1")
@Plural("scaledobjects")
public class ScaledObject extends CustomResource<ScaledObject.Spec, Map<String, Object>> implements Namespaced {

    /**
     * The wish.
     *
     * @param cooldownPeriod seconds without work after which the last pod goes, where {@code minReplicaCount} is 0
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Spec(
            Target scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            int cooldownPeriod,
            Advanced advanced,
            List<Trigger> triggers) {}

    /** The Deployment. */
    public record Target(String apiVersion, String kind, String name) {}

    /** How the HorizontalPodAutoscaler that KEDA makes behaves. */
    public record Advanced(Map<String, Object> horizontalPodAutoscalerConfig) {}

    /** One measure. */
    public record Trigger(String type, Map<String, String> metadata, AuthenticationRef authenticationRef) {}

    /** The TriggerAuthentication by which KEDA is let in. */
    public record AuthenticationRef(String name) {}
}
