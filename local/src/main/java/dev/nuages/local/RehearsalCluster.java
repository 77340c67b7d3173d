package dev.nuages.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.nuages.local.images.ImageArchive;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Stands for the local cluster when the launcher rehearses: an API server that remembers what it is told and calls all of
 * it ready. What the JVM has loaded by then need not be looked for in jars when the real {@code up} asks for it.
 */
public final class RehearsalCluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final char[] NO_PASSWORD = new char[0];

    /** Of an established definition, a node, an application. */
    private static final String READY = """
            {"observedGeneration": 1, "phase": "Ready",
             "conditions": [{"type": "Established", "status": "True"},
                            {"type": "Ready", "status": "True", "reason": "Rehearsed", "message": "All is well."}]}
            """;

    private static final String ROLLED_OUT = """
            {"observedGeneration": 1, "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
            """;

    private static final Pattern COLLECTION = Pattern.compile("/(api/v1|apis/[^/]+/[^/]+)(/namespaces/[^/]+)?/[^/]+");

    private final Home home;
    private final Path root;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, JsonNode> objects = new ConcurrentHashMap<>();

    private RehearsalCluster(Home home, Path root, HttpsServer server) {
        this.home = home;
        this.root = root;
        this.server = server;
    }

    /**
     * Starts it on a free port of the loopback address.
     *
     * @param folder an empty one, for certificates
     * @param root the root of the repository
     */
    public static RehearsalCluster start(Path folder, Path root) throws IOException {
        Home home = new Home(folder);
        Instant now = Instant.now();
        Pki pki = Pki.open(home.cluster().resolve("pki"), "ca", now);
        pki.issue("kube-apiserver", "CN=kube-apiserver", List.of(Etcd.LOOPBACK), now);
        pki.issueToAdministrator(now);
        pki.issue(ClusterFiles.METRICS_SERVER, "CN=" + ClusterFiles.METRICS_SERVER, List.of(), now);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral(Etcd.LOOPBACK), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serving(pki)));
        RehearsalCluster cluster = new RehearsalCluster(home, root, server);
        server.setExecutor(cluster.threads);
        server.createContext("/", cluster::answer);
        server.start();
        Pki.write(
                home.kubeconfig(),
                Kubeconfig.of(
                        "https://" + Etcd.LOOPBACK + ":" + server.getAddress().getPort(), pki, Pki.ADMINISTRATOR));
        return cluster;
    }

    /** The administrator's, in context {@code nuages}. */
    public Path kubeconfig() {
        return home.kubeconfig();
    }

    /** Those steps of {@link LocalCluster#up} that only speak with the API server. */
    public void up() {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
                .build()) {
            Map<String, ImageArchive> images = new HashMap<>();
            for (String name : List.of("pause", "coredns", "local-path-provisioner", "traefik", "python")) {
                images.put(name, new ImageArchive(name + ":rehearsed", home.images(), ""));
            }
            images.put(ClusterFiles.METRICS_SERVER, new ImageArchive("metrics-server:rehearsed", home.images(), ""));
            var addons = new ClusterAddons(home, root, new ClusterFiles(home));
            addons.apply(client, images, Progress.silent());
            addons.apply(client, images, Progress.silent());
            ClusterAddons.awaitMetrics(client, Progress.silent());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            JsonNode answer = switch (exchange.getRequestMethod()) {
                case "PATCH" -> remember(path, JSON.readTree(exchange.getRequestBody()));
                default -> read(path);
            };
            byte[] body = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.path("kind").asText().equals("Status") ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private JsonNode remember(String path, JsonNode written) throws IOException {
        ObjectNode object = written.deepCopy();
        object.withObject("/metadata")
                .put("generation", 1)
                .put("resourceVersion", "1")
                .put("uid", path);
        object.set("status", JSON.readTree(object.path("kind").asText().equals("Deployment") ? ROLLED_OUT : READY));
        objects.put(path, object);
        return object;
    }

    private JsonNode read(String path) {
        ObjectNode answer = JSON.createObjectNode().put("apiVersion", "v1");
        if (!COLLECTION.matcher(path).matches()) {
            return objects.getOrDefault(
                    path, answer.put("kind", "Status").put("status", "Failure").put("code", 404));
        }
        answer.put("kind", "List").putObject("metadata").put("resourceVersion", "1");
        var items = answer.putArray("items");
        objects.forEach((at, object) -> {
            if (at.startsWith(path + "/")
                    || at.replaceFirst("/namespaces/[^/]+", "").startsWith(path + "/")) {
                items.add(object);
            }
        });
        return answer;
    }

    private static SSLContext serving(Pki pki) throws IOException {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            X509Certificate certificate = PemFiles.certificate(pki.certificate("kube-apiserver"));
            keys.setKeyEntry(
                    "server",
                    PemFiles.privateKey(pki.key("kube-apiserver"), certificate),
                    NO_PASSWORD,
                    new Certificate[] {certificate});
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
