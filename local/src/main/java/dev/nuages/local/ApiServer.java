package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The API server. Nobody may ask it anything without a credential, but how it is.
 *
 * @param program the binary under its name
 * @param addresses those it listens on, the first being its own
 * @param etcd where its store listens
 * @param pki the folder with {@code ca}, {@code kube-apiserver}, {@code etcd-ca}, {@code etcd-client} and
 *     {@code service-account}
 */
record ApiServer(String program, List<String> addresses, int port, int etcd, Path pki) {
    static final String SERVICE_ADDRESS = "10.96.0.1";

    private static final String AUTHENTICATION = """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AuthenticationConfiguration
            anonymous:
              enabled: true
              conditions:
              - path: /livez
              - path: /readyz
              - path: /healthz
            """;

    void writeAuthentication() throws IOException {
        Pki.write(authentication(), AUTHENTICATION);
    }

    Component component(List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--bind-address=" + addresses.getFirst(),
                "--secure-port=" + port,
                "--etcd-servers=https://%s:%d".formatted(Etcd.LOOPBACK, etcd),
                "--etcd-cafile=" + pki.resolve("etcd-ca.crt"),
                "--etcd-certfile=" + pki.resolve("etcd-client.crt"),
                "--etcd-keyfile=" + pki.resolve("etcd-client.key"),
                "--tls-cert-file=" + pki.resolve("kube-apiserver.crt"),
                "--tls-private-key-file=" + pki.resolve("kube-apiserver.key"),
                "--client-ca-file=" + pki.resolve("ca.crt"),
                "--authentication-config=" + authentication(),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + pki.resolve("service-account.pub"),
                "--service-account-signing-key-file=" + pki.resolve("service-account.key"),
                "--service-cluster-ip-range=10.96.0.0/16",
                "--profiling=false"));
        if (addresses.size() > 1) {
            command.add("--also-listen-on=" + String.join(",", addresses.subList(1, addresses.size())));
        }
        command.addAll(more);
        return new Component("kube-apiserver", command);
    }

    private Path authentication() {
        return pki.resolve("authentication.yaml");
    }
}
