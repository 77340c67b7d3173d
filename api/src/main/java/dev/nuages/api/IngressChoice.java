package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the sites are reached from outside.
 *
 * @param className the ingress class. Default: the cluster's default class.
 * @param annotations annotations for every Ingress, as its controller wants them.
 * @param scheme what the sites' addresses begin with: {@code https} where TLS ends at the ingress controller or before
 *     it. Default: {@code http}.
 * @param port the port of the sites' addresses. Default: the scheme's own.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IngressChoice(
        @Nullable @Size(min = 1, max = 253) String className,
        @Nullable Map<String, String> annotations,
        @Nullable Scheme scheme,
        @Nullable @Min(1) @Max(65535) Integer port) {
    public static final IngressChoice EMPTY = new IngressChoice(null, null, null, null);

    /** The scheme of a site's address. */
    public enum Scheme {
        http,
        https
    }
}
