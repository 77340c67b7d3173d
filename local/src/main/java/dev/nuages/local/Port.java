package dev.nuages.local;

import dev.nuages.local.Check.Finding;
import dev.nuages.local.Check.Fine;
import dev.nuages.local.Check.Wrong;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.function.Predicate;

/**
 * A TCP port that the cluster listens on.
 *
 * @param owner the component that must run for it to be the cluster's, or {@link #PODS}
 * @param use what answers there, in words
 */
record Port(int number, String owner, String use) {
    /** For an owner: any pod of the cluster, whether the kubelet runs or not. */
    static final String PODS = "pods";

    static final List<Port> ALL = List.of(
            new Port(8080, PODS, "the sites"),
            new Port(8443, PODS, "the sites over TLS"),
            new Port(8082, PODS, "the health of the ingress controller"),
            new Port(ClusterFiles.API_PORT, "kube-apiserver", "the API server"),
            new Port(10248, "kubelet", "the kubelet's health"),
            new Port(10250, "kubelet", "the kubelet"),
            new Port(10256, "kube-proxy", "kube-proxy's health"),
            new Port(10257, "kube-controller-manager", "the controller manager"),
            new Port(10259, "kube-scheduler", "the scheduler"),
            new Port(ClusterComponents.ETCD_CLIENTS, "etcd", "etcd"),
            new Port(ClusterComponents.ETCD_PEERS, "etcd", "etcd"));

    /**
     * Whether another program has it; where our own does, it is as it must be.
     *
     * @param runs whether an owner runs
     */
    static Finding look(List<Port> ports, Predicate<String> runs) throws IOException {
        for (Port port : ports) {
            if (!runs.test(port.owner) && !port.isFree()) {
                return new Wrong(
                        "Another program listens on port %d, where %s would answer: end it (`ss -ltnp sport = %d` shows it)."
                                .formatted(port.number, port.use, port.number));
            }
        }
        return new Fine("They are free, or the cluster's own.");
    }

    private boolean isFree() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), number));
            return true;
        } catch (BindException taken) {
            return false;
        }
    }
}
