package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.nuages.api.DjangoApp;
import dev.nuages.local.Failure;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said where an API server refuses, or ends amid a command. */
class FailedCommandsTest {
    private ApiServerStandIn api;
    private KubernetesClient client;
    private String answer = "404 page not found\n";
    private int code = 404;

    @BeforeEach
    void start() throws IOException {
        api = ApiServerStandIn.start(this::answer);
        client = api.client();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", code == 404 ? "text/plain" : "application/json");
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String listing() {
        return Failure.words(Assertions.catchThrowableOfType(
                KubernetesClientException.class,
                () -> client.resources(DjangoApp.class).inAnyNamespace().list()));
    }

    @Test
    void withoutItsKindsNuagesIsNotInstalledThere() {
        assertThat(listing()).startsWith("Nuages is not installed in that cluster: run `nuages up`");

        assertThat(Failure.words(Assertions.catchThrowableOfType(
                        KubernetesClientException.class,
                        () -> client.pods().inAnyNamespace().list())))
                .as("of other kinds")
                .doesNotContain("Nuages");
    }

    @Test
    void whatTheServerRefusesIsSaidInItsOwnWords() {
        code = 403;
        answer = """
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403, "reason": "Forbidden",
                 "message": "djangoapps is forbidden: User cannot list"}
                """;

        assertThat(listing()).isEqualTo("djangoapps is forbidden: User cannot list");
    }

    @Test
    void aServerThatEndedIsSaidToHaveStoppedAnswering() {
        api.end();

        assertThat(listing())
                .startsWith("the API server of the cluster stopped answering (")
                .endsWith("): is it running?");
    }

    @Test
    void theEndOfDevSaysWhatWentWrongInOneLineAndGivesBackWhatCameOfTheOther() {
        List<String> said = new ArrayList<>();
        List<String> done = new ArrayList<>();

        DevCommand.end(
                () -> {
                    throw new IllegalStateException("no process");
                },
                () -> done.add("given back"),
                said::add);
        DevCommand.end(
                () -> done.add("stopped"),
                () -> {
                    throw new KubernetesClientException("An error has occurred.", new IOException("Connection reset"));
                },
                said::add);

        assertThat(done).containsExactly("given back", "stopped");
        assertThat(said)
                .containsExactly(
                        "The operator did not stop: no process.",
                        "The operator in the cluster is not back, which the next `nuages up` does: the API server of"
                                + " the cluster stopped answering (Connection reset): is it running?");
    }
}
