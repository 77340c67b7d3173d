package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The certificates and configuration files of the cluster's components, each with a credential of its own. */
final class ClusterFiles {
    static final String NODE = "nuages";
    static final int API_PORT = 6443;
    static final String METRICS_SERVER = "metrics-server";

    /** As the API server calls it. */
    private static final String METRICS_SERVICE = "metrics-server.kube-system.svc";

    private final Home home;
    private final String server = "https://%s:%d".formatted(Etcd.LOOPBACK, API_PORT);

    ClusterFiles(Home home) {
        this.home = home;
    }

    Path pki(String file) {
        return home.cluster().resolve("pki").resolve(file);
    }

    Path config(String file) {
        return home.cluster().resolve("etc").resolve(file);
    }

    Path kubeconfig(String component) {
        return pki(component + ".kubeconfig");
    }

    /** Issues what is missing, what would soon be too old, and what is to say something else than it does. */
    void issueCertificates(Instant now) throws IOException {
        Path folder = home.cluster().resolve("pki");
        Etcd.issue(folder, now);
        Pki proxies = Pki.open(folder, "front-proxy-ca", now);
        proxies.issue("front-proxy-client", "CN=front-proxy-client", List.of(), now);
        Pki cluster = Pki.open(folder, "ca", now);
        cluster.issue(
                "kube-apiserver",
                "CN=kube-apiserver",
                List.of(
                        Network.GATEWAY,
                        Etcd.LOOPBACK,
                        ApiServer.SERVICE_ADDRESS,
                        "localhost",
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local"),
                now);
        cluster.issue("kubelet-client", "CN=nuages-kubelet-client", List.of(), now);
        cluster.signingKey("service-account");
        credential(cluster, "kubelet", "O=system:nodes,CN=system:node:" + NODE, List.of(Network.GATEWAY, NODE), now);
        credential(cluster, "kube-proxy", "CN=system:kube-proxy", List.of(), now);
        for (String component : List.of("kube-scheduler", "kube-controller-manager")) {
            credential(cluster, component, "CN=system:" + component, List.of(Etcd.LOOPBACK), now);
        }
        cluster.issue(METRICS_SERVER, "CN=" + METRICS_SERVICE, List.of(METRICS_SERVICE), now);
        cluster.issueToAdministrator(now);
        Pki.write(home.kubeconfig(), Kubeconfig.of(server, cluster, Pki.ADMINISTRATOR));
    }

    private void credential(Pki cluster, String holder, String subject, List<String> addresses, Instant now)
            throws IOException {
        cluster.issue(holder, subject, addresses, now);
        Pki.write(kubeconfig(holder), Kubeconfig.of(server, cluster, holder));
    }

    /** Written anew each time, for they hold nothing but what is decided here. */
    void writeConfigs(String pauseImage) throws IOException {
        Files.createDirectories(config("cni"));
        Pki.write(config("containerd.toml"), containerd(pauseImage));
        Pki.write(config("cni/10-nuages.conflist"), cni());
        Pki.write(config("kubelet.yaml"), kubelet());
        Pki.write(config("kube-proxy.yaml"), kubeProxy());
    }

    private String containerd(String pauseImage) {
        return """
                version = 2
                root = "%1$s/containerd"
                state = "%1$s/run/containerd"
                [grpc]
                  address = "%2$s"
                [plugins."io.containerd.internal.v1.opt"]
                  path = "%1$s/run/opt"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%3$s"
                  # Without CAP_SYS_RESOURCE runc may not lower the score, and dies when told to.
                  restrict_oom_score_adj = true
                  netns_mounts_under_state_dir = true
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "/usr/lib/cni"
                    conf_dir = "%4$s"
                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    default_runtime_name = "runc"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"
                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                        Root = "%1$s/run/runc"
                        # As the kubelet's cgroupDriver, whatever this containerd's default is.
                        SystemdCgroup = false
                """.formatted(home.cluster(), home.containerdSocket(), pauseImage, config("cni"));
    }

    private String cni() {
        return """
                {"cniVersion": "0.4.0", "name": "nuages", "plugins": [
                  {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": false, "hairpinMode": true,
                   "ipam": {"type": "host-local", "dataDir": "%s/run/cni",
                            "ranges": [[{"subnet": "%s", "rangeStart": "10.244.0.10", "gateway": "%s"}]],
                            "routes": [{"dst": "0.0.0.0/0"}]}}]}
                """.formatted(Network.BRIDGE, home.cluster(), Network.PODS, Network.GATEWAY);
    }

    private String kubelet() {
        return """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                address: %1$s
                readOnlyPort: 0
                authentication:
                  anonymous: {enabled: false}
                  webhook: {enabled: true}
                  x509: {clientCAFile: %2$s}
                authorization: {mode: Webhook}
                tlsCertFile: %3$s
                tlsPrivateKeyFile: %4$s
                containerRuntimeEndpoint: unix://%5$s
                clusterDNS: [%6$s]
                clusterDomain: cluster.local
                cgroupDriver: cgroupfs
                failCgroupV1: false
                failSwapOn: false
                oomScoreAdj: 0
                makeIPTablesUtilChains: false
                seccompDefault: true
                volumePluginDir: %7$s/run/volume-plugins
                podLogsDir: %7$s/pod-logs
                # What no registry has cannot be pulled again.
                imageGCHighThresholdPercent: 100
                imageGCLowThresholdPercent: 99
                evictionHard: {memory.available: 100Mi}
                """.formatted(
                        Network.GATEWAY,
                        pki("ca.crt"),
                        pki("kubelet.crt"),
                        pki("kubelet.key"),
                        home.containerdSocket(),
                        Network.DNS,
                        home.cluster());
    }

    private String kubeProxy() {
        // Without it the bridge hands packets between its pods straight on, past the way back through the Service.
        boolean bridgeIsFiltered = Files.exists(Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables"));
        return """
                apiVersion: kubeproxy.config.k8s.io/v1alpha1
                kind: KubeProxyConfiguration
                mode: nftables
                clusterCIDR: %s
                hostnameOverride: %s
                healthzBindAddress: 127.0.0.1:10256
                metricsBindAddress: 127.0.0.1:10249
                oomScoreAdj: 0
                conntrack: {maxPerCore: 0}
                nftables: {masqueradeAll: %s}
                clientConnection: {kubeconfig: %s}
                """.formatted(Network.PODS, NODE, !bridgeIsFiltered, kubeconfig("kube-proxy"));
    }
}
