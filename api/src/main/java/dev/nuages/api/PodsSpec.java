package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all pods of an application have in common. Maps of the application and the environment are merged, the
 * application's entries win; lists of the application take the place of the environment's.
 *
 * @param labels more labels; those that Nuages sets itself stay.
 * @param annotations more annotations.
 * @param nodeSelector labels of the nodes that they may run on.
 * @param tolerations taints that they tolerate.
 * @param priorityClassName their priority class.
 * @param imagePullSecrets Secrets with credentials for the image's registry.
 * @param runAsUser the user id that they run as. Default: the image's own, which must not be root.
 * @param fsGroup the group id that owns their volumes. Default: {@code runAsUser}, or 1000 where a volume is written.
 * @param spread how pods of one component are spread over nodes: {@code Prefer} them apart, {@code Require} it, or
 *     {@code None}. Over zones they are spread too, where that can be, but for {@code None}. Default: Prefer.
 * @param preStopSeconds for how many seconds a pod that serves requests still answers new ones after it was told to end:
 *     until every proxy and load balancer has heard that it goes. What requests in hand may take comes on top.
 *     Default: 10.
 * @param serviceAccountAnnotations annotations of the ServiceAccount that the pods run as, such as a cloud's role for them:
 *     {@code eks.amazonaws.com/role-arn} or {@code iam.gke.io/gcp-service-account}.
 * @param mounts files that containers of the application's image find at a path, such as a company's certificates. Of the
 *     environment's and the application's own all are there; at one path it is the application's.
 * @param readOnlyRootFilesystem whether containers of the application's image can write under {@code /tmp} and in their
 *     volumes only. Default: true.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PodsSpec(
        @Nullable @Size(max = 64) Map<String, String> labels,
        @Nullable @Size(max = 64) Map<String, String> annotations,
        @Nullable @Size(max = 64) Map<String, String> nodeSelector,
        @Nullable @Size(max = 64) List<Toleration> tolerations,
        @Nullable @Size(min = 1, max = 253) String priorityClassName,
        @Nullable @Size(max = 16) List<@Size(min = 1, max = 253) String> imagePullSecrets,
        @Nullable @Min(1) Long runAsUser,
        @Nullable @Min(0) Long fsGroup,
        @Nullable Spread spread,
        @Nullable @Min(1) @Max(3600) Integer preStopSeconds,
        @Nullable @Size(max = 64) Map<String, String> serviceAccountAnnotations,
        @Nullable @Size(max = 16) List<MountSpec> mounts,
        @Nullable Boolean readOnlyRootFilesystem) {
    public static final PodsSpec EMPTY =
            new PodsSpec(null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** How pods of one component are spread over nodes. */
    public enum Spread {
        Prefer,
        Require,
        None
    }
}
