package dev.nuages.local;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real etcd and a real kube-apiserver, without nodes, on free ports of the loopback address. For tests: what it is
 * given is stored, validated and served as in any cluster, and no pod ever runs.
 */
public final class ControlPlane implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";

    private final Path folder;
    private final Path kubernetes;
    private final int port;
    private final List<Process> running = new ArrayList<>();

    private ControlPlane(Path folder, Path kubernetes, int port) {
        this.folder = folder;
        this.kubernetes = kubernetes;
        this.port = port;
    }

    /**
     * Starts one and waits until it is ready. Builds the binaries first if need be, which takes minutes.
     *
     * @param folder where it keeps its data, certificates and logs; made if missing, and best empty
     * @throws LocalClusterException if it does not become ready; the message names the log to read
     */
    public static ControlPlane start(Path folder) {
        Binaries binaries = new Binaries(Home.ofThisUser());
        Path etcd = binaries.get(GoProgram.ETCD, Progress.silent());
        Path kubernetes = binaries.get(GoProgram.KUBERNETES, Progress.silent());
        try {
            ControlPlane plane = new ControlPlane(folder.toAbsolutePath(), kubernetes, freePort());
            try {
                plane.startAll(etcd);
            } catch (IOException | InterruptedException | RuntimeException e) {
                plane.close();
                throw e;
            }
            return plane;
        } catch (IOException e) {
            throw new LocalClusterException("The control plane did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalClusterException("Interrupted while the control plane was starting.", e);
        }
    }

    /**
     * Also runs kube-controller-manager: garbage collection, service accounts, Deployments that make ReplicaSets.
     *
     * @param only the controllers to run, such as {@code garbage-collector-controller}; none for all
     */
    public ControlPlane withControllers(String... only) {
        try {
            run(new KubeControllers(program(KubeControllers.NAME), folder.resolve("pki"))
                    .component(List.of(
                            "--secure-port=" + freePort(),
                            "--controllers=" + (only.length == 0 ? "*" : String.join(",", only)))));
        } catch (IOException e) {
            throw new LocalClusterException("kube-controller-manager did not start: " + e.getMessage(), e);
        }
        return this;
    }

    /** An administrator's kubeconfig; its one context is {@code nuages}. */
    public Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    /** Where kube-apiserver answers, such as {@code https://127.0.0.1:41234}. */
    public String url() {
        return "https://" + LOOPBACK + ":" + port;
    }

    /** Where the components' logs are. */
    public Path logs() {
        return folder.resolve("logs");
    }

    /**
     * Ends every process that was started, in no order: an API server that may tidy up waits for its etcd, for ten seconds.
     * The folder stays.
     */
    @Override
    public void close() {
        running.forEach(Process::destroyForcibly);
        running.forEach(ControlPlane::awaitEnd);
        running.clear();
    }

    private static void awaitEnd(Process process) {
        process.onExit().join();
    }

    private void startAll(Path etcd) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        writeCredentials(Instant.now());
        int clients = freePort();
        // The data of a test is worth no wait for the disk.
        run(new Etcd(etcd, folder.resolve("etcd"), folder.resolve("pki"), clients, freePort())
                .component(List.of("--unsafe-no-fsync")));
        ApiServer apiServer =
                new ApiServer(program("kube-apiserver"), List.of(LOOPBACK), port, clients, folder.resolve("pki"));
        apiServer.writeAuthentication();
        run(apiServer.component(List.of("--endpoint-reconciler-type=none")));
        awaitReady(Instant.now().plus(PATIENCE));
    }

    private void writeCredentials(Instant now) throws IOException {
        Path pki = folder.resolve("pki");
        Etcd.issue(pki, now);
        Pki cluster = Pki.open(pki, "ca", now);
        List<String> names = List.of(LOOPBACK, ApiServer.SERVICE_ADDRESS, "localhost", "kubernetes.default.svc");
        cluster.issue("kube-apiserver", "CN=kube-apiserver", names, now);
        cluster.issueToAdministrator(now);
        cluster.issue("kube-controller-manager", "CN=system:kube-controller-manager", List.of(LOOPBACK), now);
        cluster.signingKey("service-account");
        Pki.write(kubeconfig(), Kubeconfig.of(url(), cluster, Pki.ADMINISTRATOR));
        Pki.write(kubeconfig("kube-controller-manager"), Kubeconfig.of(url(), cluster, "kube-controller-manager"));
    }

    private void awaitReady(Instant deadline) throws InterruptedException {
        Config config = Config.fromKubeconfig(kubeconfig().toFile());
        config.setRequestRetryBackoffLimit(0);
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            while (!isReady(client)) {
                for (Process process : running) {
                    if (!process.isAlive()) {
                        throw new LocalClusterException("The control plane ended as it started; see " + logs() + ".");
                    }
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new LocalClusterException(
                            "The control plane was not ready in %d s; see %s.".formatted(PATIENCE.toSeconds(), logs()));
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static boolean isReady(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private void run(Component component) throws IOException {
        running.add(component.start(logs()));
    }

    /** The binary chooses what it is by the name it is started under. */
    private String program(String name) throws IOException {
        Path link = folder.resolve("bin").resolve(name);
        Files.createDirectories(folder.resolve("bin"));
        Files.deleteIfExists(link);
        return Files.createSymbolicLink(link, kubernetes).toString();
    }

    private Path kubeconfig(String component) {
        return folder.resolve("pki").resolve(component + ".kubeconfig");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
