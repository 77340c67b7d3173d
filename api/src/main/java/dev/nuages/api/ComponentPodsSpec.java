package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the pods of one component have beside what all have. Entries of maps, and variables, take the place of those of the
 * same name that all have; the rest takes the place of the whole.
 *
 * @param env environment variables for these processes alone, such as another DATABASE_URL for the migrations.
 * @param labels more labels; those that Nuages sets itself stay.
 * @param annotations more annotations.
 * @param nodeSelector labels of the nodes that they may run on.
 * @param tolerations taints that they tolerate.
 * @param priorityClassName their priority class.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ComponentPodsSpec(
        @Nullable @Size(max = 200) @ValidationRule(value = Rules.VARIABLES, message = Rules.VARIABLES_MESSAGE)
        List<EnvVar> env,

        @Nullable @Size(max = 64) Map<String, String> labels,
        @Nullable @Size(max = 64) Map<String, String> annotations,
        @Nullable @Size(max = 64) Map<String, String> nodeSelector,
        @Nullable @Size(max = 64) List<Toleration> tolerations,
        @Nullable @Size(min = 1, max = 253) String priorityClassName) {
    public static final ComponentPodsSpec EMPTY = new ComponentPodsSpec(null, null, null, null, null, null);
}
