package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the sites are reached from outside.
 *
 * @param className the ingress class. Default: the cluster's default class.
 * @param annotations annotations for every Ingress or HTTPRoute, as its controller wants them.
 * @param scheme what the sites' addresses begin with: {@code https} where TLS ends before the ingress controller.
 *     Default: {@code https} with {@code tls}, else {@code http}.
 * @param port the port of the sites' addresses. Default: the scheme's own.
 * @param tlsPort the port of the addresses of sites with {@code tls}, where that is another. Default: {@code port}.
 * @param gateway makes an HTTPRoute of the Gateway API for each site, attached to this Gateway, in place of an Ingress.
 * @param tls where certificates come from, for applications that do not say so themselves. Default: no TLS.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!(has(self.gateway) && has(self.className))",
        message = "ingress takes a className (Ingress) or a gateway (HTTPRoute), not both")
@ValidationRule(
        value = "!(has(self.gateway) && has(self.tls))",
        message = "with a gateway TLS is the Gateway's own business: leave tls out, and set scheme to https")
public record IngressChoice(
        @Nullable @Size(min = 1, max = 253) String className,
        @Nullable Map<String, String> annotations,
        @Nullable Scheme scheme,
        @Nullable @Min(1) @Max(65535) Integer port,
        @Nullable @Min(1) @Max(65535) Integer tlsPort,
        @Nullable GatewayChoice gateway,
        @Nullable TlsSpec tls) {
    public static final IngressChoice EMPTY = new IngressChoice(null, null, null, null, null, null, null);

    /** The scheme of a site's address. */
    public enum Scheme {
        http,
        https
    }
}
