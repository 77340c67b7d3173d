package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where a site's certificate comes from: exactly one of the members is given.
 *
 * @param secretName a Secret of type kubernetes.io/tls in the application's namespace.
 * @param issuer a cert-manager Issuer in the application's namespace.
 * @param clusterIssuer a cert-manager ClusterIssuer.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "(has(self.secretName) ? 1 : 0) + (has(self.issuer) ? 1 : 0) + (has(self.clusterIssuer) ? 1 : 0) == 1",
        message = "tls needs exactly one of: secretName, issuer, clusterIssuer")
public record TlsSpec(
        @Nullable @Size(min = 1, max = 253) String secretName,
        @Nullable @Size(min = 1, max = 253) String issuer,
        @Nullable @Size(min = 1, max = 253) String clusterIssuer) {}
