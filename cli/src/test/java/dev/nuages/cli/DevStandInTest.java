package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an API server that writes down what it is asked to change. */
class DevStandInTest {
    @TempDir
    Path work;

    private final List<String> writes = new CopyOnWriteArrayList<>();
    private ApiServerStandIn api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        api = ApiServerStandIn.start(this::answer);
        client = api.client();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void whatWasGivenBackByTheOneWhoEndsUsIsNotPutAsideAnyMore() throws IOException {
        DevStandIn standIn = DevStandIn.prepare(client, work);
        assertThat(writes).noneMatch(write -> write.contains("replicas"));

        standIn.giveBack();
        assertThatThrownBy(() -> standIn.takeOver(client)).isInstanceOf(Refusal.class);
        standIn.close();

        assertThat(writes.stream().filter(write -> write.contains("replicas")))
                .singleElement()
                .asString()
                .contains("\"replicas\":2");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!exchange.getRequestMethod().equals("GET")) {
                writes.add(exchange.getRequestMethod() + " " + path + " " + body);
            }
            String kind = path.endsWith("/token")
                    ? "\"apiVersion\": \"authentication.k8s.io/v1\", \"kind\": \"TokenRequest\", \"status\": {\"token\": \"t\"}"
                    : path.endsWith("/scale")
                            ? "\"apiVersion\": \"autoscaling/v1\", \"kind\": \"Scale\", \"spec\": {\"replicas\": 2}"
                            : "\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"spec\": {\"replicas\": 2}";
            byte[] answer = ("{" + kind
                            + ", \"metadata\": {\"name\": \"nuages-operator\", \"namespace\": \"nuages-system\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }
}
