package dev.nuages.cli;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Answers as a test says where an API server would, and a client of it, which asks once. */
record ApiServerStandIn(HttpServer server, KubernetesClient client) implements AutoCloseable {
    static ApiServerStandIn start(HttpHandler answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", answer);
        server.start();
        return new ApiServerStandIn(
                server,
                new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder()
                                .withMasterUrl("http://127.0.0.1:"
                                        + server.getAddress().getPort())
                                .withRequestRetryBackoffLimit(0)
                                .build())
                        .build());
    }

    /** No answer comes from now on. */
    void end() {
        server.stop(0);
    }

    @Override
    public void close() {
        client.close();
        end();
    }
}
