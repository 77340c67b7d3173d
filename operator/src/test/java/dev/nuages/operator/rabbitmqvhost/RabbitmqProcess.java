package dev.nuages.operator.rabbitmqvhost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A RabbitMQ of the test's own, from Debian's package, on free loopback ports. It runs what the pod's container would,
 * with the same environment and configuration; only folders and ports are others.
 */
public final class RabbitmqProcess implements AutoCloseable {
    /** Who administers it. */
    public static final String ADMIN = "admin@nuages";

    /** Its start takes three seconds of a processor, which beside a whole {@code ./verify} were more than two minutes once. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Path BIN = Path.of("/usr/lib/rabbitmq/bin");
    private static final int ATTEMPTS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Path folder;
    private final int amqpPort;
    private final int managementPort;
    private final String credentials;
    private final Map<String, String> environment;
    private final Process epmd;
    private final Process server;

    private RabbitmqProcess(Path folder, Container container, Map<String, String> config) throws IOException {
        this.folder = folder;
        var ports = freePorts(4);
        amqpPort = ports.get(0);
        managementPort = ports.get(1);
        var admin = JSON.readTree(config.get("definitions.json")).at("/users/0");
        credentials = admin.path("name").asText() + ":" + admin.path("password").asText();
        for (var folderName : List.of("config", "settings", "data", "home")) {
            Files.createDirectories(folder.resolve(folderName));
        }
        for (var file : config.entrySet()) {
            var place = folder.resolve(file.getKey().endsWith(".conf") ? "settings" : "config");
            Files.writeString(place.resolve(file.getKey()), moved(file.getValue(), container));
        }
        // In the foreground, so that it ends with us: a node would leave one behind.
        epmd = new ProcessBuilder("epmd", "-address", "127.0.0.1", "-port", String.valueOf(ports.get(2)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("epmd.log").toFile())
                .start();
        var run = new ProcessBuilder(container.getArgs())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        environment = run.environment();
        container
                .getEnv()
                .forEach(variable -> environment.put(variable.getName(), moved(variable.getValue(), container)));
        environment.put("PATH", BIN + ":" + environment.get("PATH"));
        environment.put("RABBITMQ_CONFIG_FILES", folder.resolve("settings").toString());
        environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data/mnesia").toString());
        environment.put("ERL_EPMD_PORT", String.valueOf(ports.get(2)));
        environment.put("RABBITMQ_DIST_PORT", String.valueOf(ports.get(3)));
        server = run.start();
    }

    /** Starts one as the plan makes it, with this password of its administrator. */
    public static RabbitmqProcess startPlanned(Path folder, String adminPassword) throws IOException {
        return PlannedBroker.of(adminPassword).start(folder);
    }

    /**
     * Starts it, and returns when it takes applications in.
     *
     * @param container the StatefulSet's
     * @param config the Secret with the configuration
     */
    public static RabbitmqProcess start(Path folder, Container container, Map<String, String> config)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            var process = new RabbitmqProcess(folder, container, config);
            var deadline = Instant.now().plus(PATIENCE);
            while (process.server.isAlive() && Instant.now().isBefore(deadline)) {
                if (process.answers()) {
                    return process;
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            var said = Files.readString(process.log());
            var again = process.lacksAPort(said) && attempt < ATTEMPTS;
            process.close();
            if (!again) {
                throw new AssertionError("RabbitMQ did not start:\n" + said);
            }
        }
    }

    /** Whether it ended because a port that was free was somebody else's when it was to be opened. */
    private boolean lacksAPort(String said) {
        return !server.isAlive()
                && (!epmd.isAlive()
                        || said.contains("eaddrinuse")
                        || said.contains("could not bind to distribution port"));
    }

    /** A container's paths and ports, as they are here. */
    private String moved(String text, Container container) {
        var here = text.replaceAll("= 5672\\b", "= " + amqpPort).replaceAll("= 15672\\b", "= " + managementPort);
        var places = container.getVolumeMounts().stream()
                .collect(Collectors.toMap(VolumeMount::getMountPath, mount -> folder.resolve(mount.getName())));
        var paths = places.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return Pattern.compile("(?<![^ =])(" + paths + ")(?=/|$)")
                .matcher(here)
                .replaceAll(match -> String.valueOf(places.get(match.group(1))));
    }

    /** AMQP opens last. */
    private boolean answers() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), amqpPort)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public int amqpPort() {
        return amqpPort;
    }

    public URI management() {
        return URI.create("http://127.0.0.1:" + managementPort);
    }

    /** The file with all that it said. */
    public Path log() {
        return folder.resolve("log");
    }

    /** What an administrator gets; a node without any content where there is no such thing. */
    public JsonNode get(String... path) {
        return send(request(path).GET());
    }

    /** What an administrator puts there by hand. */
    public void put(String content, String... path) {
        send(request(path).PUT(BodyPublishers.ofString(content)));
    }

    /** What an administrator deletes by hand. */
    public void delete(String... path) {
        send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String... path) {
        var encoded = Arrays.stream(path)
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
        var basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(management() + "/api/" + encoded))
                .header("Authorization", "Basic " + basic);
    }

    private static JsonNode send(HttpRequest.Builder request) {
        HttpResponse<String> answer;
        try {
            answer = HTTP.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() == 404) {
                return JSON.missingNode();
            }
            if (answer.statusCode() / 100 != 2) {
                throw new Refused(answer.statusCode(), answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("RabbitMQ does not answer", e);
        }
    }

    /** An answer that is an error. */
    public static final class Refused extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final int code;

        private Refused(int code, String body) {
            super(code + ": " + body);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** Stops a vhost as a fault in its message store would. */
    void breakVhost(String name) throws IOException {
        var ctl = new ProcessBuilder(
                BIN.resolve("rabbitmqctl").toString(),
                "eval",
                "rabbit_vhost_sup_sup:delete_on_all_nodes(<<\"" + name + "\">>).");
        ctl.environment().putAll(environment);
        var ended = ctl.redirectErrorStream(true)
                .redirectOutput(folder.resolve("ctl").toFile())
                .start()
                .onExit()
                .join();
        if (ended.exitValue() != 0) {
            throw new AssertionError(Files.readString(folder.resolve("ctl")));
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ServerSocket[count];
        for (int i = 0; i < count; i++) {
            sockets[i] = new ServerSocket(0);
        }
        for (var socket : sockets) {
            socket.close();
        }
        return Arrays.stream(sockets).map(ServerSocket::getLocalPort).toList();
    }

    /** Ends it as a kubelet would, and waits until it has written what it holds. Answers its exit code. */
    public int stop() {
        server.destroy();
        return server.onExit().join().exitValue();
    }

    @Override
    public void close() {
        server.descendants().forEach(ProcessHandle::destroyForcibly);
        server.destroyForcibly();
        epmd.destroyForcibly();
        server.onExit().join();
        epmd.onExit().join();
    }
}
