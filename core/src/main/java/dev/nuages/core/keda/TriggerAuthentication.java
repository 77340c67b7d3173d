package dev.nuages.core.keda;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;

/** How KEDA is let into a broker: by which keys of a Secret. */
@Group("keda.sh")
@Version("v1alpha1")
@Plural("triggerauthentications")
public class TriggerAuthentication extends CustomResource<TriggerAuthentication.Spec, Map<String, Object>>
        implements Namespaced {

    /** The wish. */
    public record Spec(List<SecretTarget> secretTargetRef) {}

    /** A parameter of the scaler, and the Secret and the key that hold it. */
    public record SecretTarget(String parameter, String name, String key) {}
}
