package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The programs of the cluster, in the order in which they are started.
 *
 * @param kubernetes the binary that is all components of Kubernetes
 */
record ClusterComponents(Home home, ClusterFiles files, Path etcd, Path kubernetes, Path kubectl) {
    static final int ETCD_CLIENTS = 23790;
    static final int ETCD_PEERS = 23800;

    List<Component> all() throws IOException {
        return List.of(
                new Etcd(etcd, home.cluster().resolve("etcd"), home.cluster().resolve("pki"), ETCD_CLIENTS, ETCD_PEERS)
                        .component(List.of()),
                new Component(
                        "containerd",
                        List.of(
                                "containerd",
                                "--config",
                                files.config("containerd.toml").toString())),
                apiServer(),
                controllerManager(),
                scheduler(),
                kubelet(),
                new Component(
                        "kube-proxy",
                        List.of(program("kube-proxy"), "--config=" + files.config("kube-proxy.yaml")),
                        List.of(files.kubeconfig("kube-proxy"))));
    }

    /** Puts kubectl where {@link Home#kubectl()} finds it. */
    Path linkKubectl() throws IOException {
        return link(home.kubectl(), kubectl);
    }

    /** The binary chooses what it is by the name it is started under. */
    private String program(String name) throws IOException {
        return link(home.programs().resolve(name), kubernetes).toString();
    }

    private static Path link(Path link, Path binary) throws IOException {
        Files.createDirectories(link.getParent());
        if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(binary)) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, binary);
        }
        return link;
    }

    private Component apiServer() throws IOException {
        ApiServer server = new ApiServer(
                program("kube-apiserver"),
                List.of(Network.GATEWAY, Etcd.LOOPBACK),
                ClusterFiles.API_PORT,
                ETCD_CLIENTS,
                home.cluster().resolve("pki"));
        server.writeAuthentication();
        return server.component(List.of(
                "--advertise-address=" + Network.GATEWAY,
                "--allow-privileged",
                "--kubelet-client-certificate=" + files.pki("kubelet-client.crt"),
                "--kubelet-client-key=" + files.pki("kubelet-client.key"),
                "--kubelet-certificate-authority=" + files.pki("ca.crt"),
                "--kubelet-preferred-address-types=InternalIP",
                "--enable-aggregator-routing",
                "--requestheader-client-ca-file=" + files.pki("front-proxy-ca.crt"),
                "--requestheader-allowed-names=front-proxy-client",
                "--requestheader-username-headers=X-Remote-User",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--proxy-client-cert-file=" + files.pki("front-proxy-client.crt"),
                "--proxy-client-key-file=" + files.pki("front-proxy-client.key")));
    }

    private Component controllerManager() throws IOException {
        // A person who tries an autoscaler waits for it.
        return new KubeControllers(program(KubeControllers.NAME), home.cluster().resolve("pki"))
                .component(List.of("--horizontal-pod-autoscaler-sync-period=5s"));
    }

    private Component scheduler() throws IOException {
        String config = files.kubeconfig("kube-scheduler").toString();
        return new Component(
                "kube-scheduler",
                List.of(
                        program("kube-scheduler"),
                        "--kubeconfig=" + config,
                        "--authentication-kubeconfig=" + config,
                        "--authorization-kubeconfig=" + config,
                        "--bind-address=" + Etcd.LOOPBACK,
                        "--tls-cert-file=" + files.pki("kube-scheduler.crt"),
                        "--tls-private-key-file=" + files.pki("kube-scheduler.key"),
                        "--leader-elect=false"));
    }

    private Component kubelet() throws IOException {
        return new Component(
                "kubelet",
                List.of(
                        program("kubelet"),
                        "--config=" + files.config("kubelet.yaml"),
                        "--kubeconfig=" + files.kubeconfig("kubelet"),
                        "--hostname-override=" + ClusterFiles.NODE,
                        "--node-ip=" + Network.GATEWAY,
                        "--root-dir=" + home.cluster().resolve("kubelet"),
                        "--cert-dir=" + home.cluster().resolve("pki")));
    }
}
