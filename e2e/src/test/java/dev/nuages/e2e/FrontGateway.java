package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;

import dev.nuages.local.GoModules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The Gateway API in the local cluster, and a Gateway named {@code front} with a Traefik of its own, until closed.
 *
 * @param namespace where the Gateway is
 */
record FrontGateway(String namespace) implements AutoCloseable {
    private static final int PORT = 8000;

    /** Makes it, and waits until it answers. */
    static FrontGateway installed(String namespace) throws IOException {
        var gateway = new FrontGateway(namespace);
        kubectl("apply", "--server-side", "-f", definitions());
        for (var kind : List.of("gatewayclasses", "gateways", "httproutes")) {
            var definition = "crd/" + kind + ".gateway.networking.k8s.io";
            kubectl("wait", definition, "--for=condition=Established", "--timeout=1m");
        }
        Kubectl.apply(gateway.objects());
        kubectl("-n", namespace, "rollout", "status", "deployment/front", "--timeout=3m");
        return gateway;
    }

    /** The kinds of the Gateway API, as its own module has them. */
    private static String definitions() {
        return GoModules.fetched(Repository.root().resolve("operator/src/test/go"), "sigs.k8s.io/gateway-api")
                .resolve("config/crd/standard")
                .toString();
    }

    private String objects() throws IOException {
        var traefik = kubectl(
                "-n",
                "kube-system",
                "get",
                "deployment",
                "traefik",
                "-o",
                "jsonpath={.spec.template.spec.containers[0].image}");
        try (var yaml = FrontGateway.class.getResourceAsStream("gateway.yaml")) {
            return new String(Objects.requireNonNull(yaml).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${namespace}", namespace)
                    .replace("${traefik}", traefik);
        }
    }

    /** Where it answers on this machine. */
    URI door() {
        var address = kubectl("-n", namespace, "get", "service", "front", "-o", "jsonpath={.spec.clusterIP}");
        return URI.create("http://" + address + ":" + PORT + "/");
    }

    @Override
    public void close() {
        try {
            Kubectl.delete(objects());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kubectl("delete", "--wait=true", "-f", definitions());
    }
}
