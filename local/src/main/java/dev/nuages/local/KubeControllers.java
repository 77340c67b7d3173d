package dev.nuages.local;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Kubernetes's own controllers: a kube-controller-manager that is alone, and answers on loopback only.
 *
 * @param program the binary, under the name that makes it this one
 * @param pki the folder of its certificate, of its kubeconfig, and of the key for tokens of service accounts
 */
record KubeControllers(String program, Path pki) {
    static final String NAME = "kube-controller-manager";

    /** It, with what else its arguments are to be. */
    Component component(List<String> more) {
        Path config = pki.resolve(NAME + ".kubeconfig");
        return new Component(
                NAME,
                Stream.concat(
                                Stream.of(
                                        program,
                                        "--kubeconfig=" + config,
                                        "--authentication-kubeconfig=" + config,
                                        "--authorization-kubeconfig=" + config,
                                        "--bind-address=" + Etcd.LOOPBACK,
                                        "--tls-cert-file=" + pki.resolve(NAME + ".crt"),
                                        "--tls-private-key-file=" + pki.resolve(NAME + ".key"),
                                        "--root-ca-file=" + pki.resolve("ca.crt"),
                                        "--service-account-private-key-file=" + pki.resolve("service-account.key"),
                                        "--use-service-account-credentials",
                                        "--leader-elect=false"),
                                more.stream())
                        .toList());
    }
}
