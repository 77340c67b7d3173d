package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pod of a server in this cluster: where it may run, and what its image's registry asks for. What an environment's
 * {@code pods} say of the pods of applications does not hold for it.
 *
 * @param labels more labels; those that Nuages sets itself stay.
 * @param annotations more annotations.
 * @param nodeSelector labels of the nodes that it may run on.
 * @param tolerations taints that it tolerates.
 * @param priorityClassName its priority class.
 * @param imagePullSecrets Secrets with credentials for the image's registry, in the server's namespace.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerPodsSpec(
        @Nullable @Size(max = 64) Map<String, String> labels,
        @Nullable @Size(max = 64) Map<String, String> annotations,
        @Nullable @Size(max = 64) Map<String, String> nodeSelector,
        @Nullable @Size(max = 64) List<Toleration> tolerations,
        @Nullable @Size(min = 1, max = 253) String priorityClassName,
        @Nullable @Size(max = 16) List<@Size(min = 1, max = 253) String> imagePullSecrets) {
    public static final ServerPodsSpec EMPTY = new ServerPodsSpec(null, null, null, null, null, null);
}
