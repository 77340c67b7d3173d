package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kubeconfig of several files, as {@code KUBECONFIG} may name. */
class ConnectionTest {
    @TempDir
    Path folder;

    private List<File> files = List.of();

    @BeforeEach
    void kubeconfig() throws IOException {
        files = List.of(
                folder.resolve("missing").toFile(),
                file("empty", ""),
                file("work/contexts", """
                        apiVersion: v1
                        kind: Config
                        contexts:
                          - {name: shop, context: {cluster: far, user: me}}
                          - {name: nowhere, context: {cluster: lost, user: me}}
                          - {name: nobody, context: {cluster: far, user: lost}}
                          - {name: anybody, context: {cluster: far}}
                          - {name: asking, context: {cluster: far, user: asking}}
                          - {name: logged-out, context: {cluster: far, user: logged-out}}
                        users:
                          - {name: me, user: {token: first}}
                          - name: asking
                            user:
                              exec:
                                apiVersion: client.authentication.k8s.io/v1
                                command: echo
                                args:
                                  - '{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "asked for"}}'
                          - name: logged-out
                            user:
                              exec:
                                apiVersion: client.authentication.k8s.io/v1
                                command: nuages-test-no-such-program
                                args: [get-token, shop]
                                env: [{name: PROFILE, value: work}]
                                installHint: It comes with the cloud's own tools.
                        current-context: nowhere
                        """),
                file("home/clusters", """
                        apiVersion: v1
                        kind: Config
                        clusters:
                          - {name: far, cluster: {server: "https://far.example.org", certificate-authority: ca.crt}}
                        users: [{name: me, user: {token: second}}]
                        """));
    }

    @Test
    void whatAContextNamesMayBeInAnotherFileAndTheFirstOfANameCounts() {
        Config config = Connection.config("shop", files);

        assertThat(config.getMasterUrl()).startsWith("https://far.example.org");
        assertThat(config.getCaCertFile())
                .isEqualTo(folder.resolve("home/ca.crt").toString());
        assertThat(config.getAutoOAuthToken()).isEqualTo("first");
        assertThat(Connection.config("anybody", files).getAutoOAuthToken()).isNull();
    }

    @Test
    void whatNoFileHasIsSaid() {
        String all =
                " in " + String.join(", ", files.stream().map(File::getPath).toList()) + ": `kubectl config get-";

        assertThatThrownBy(() -> Connection.config("shops", files))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("no context shops" + all + "contexts");
        assertThatThrownBy(() -> Connection.config("nowhere", files))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("no cluster lost, which context nowhere names," + all + "clusters");
        assertThatThrownBy(() -> Connection.config("nobody", files))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("no user lost, whom context nobody names," + all + "users");
    }

    @Test
    void aProgramGivesTheCredentialOrIsSaidToGiveNone() {
        assertThat(Connection.config("asking", files).getAutoOAuthToken()).isEqualTo("asked for");
        assertThatThrownBy(() -> Connection.config("logged-out", files))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "the program that is to give the credential of user logged-out, whom context logged-out names,"
                                + " gave none: run it by yourself to see why: PROFILE=work nuages-test-no-such-program get-token"
                                + " shop (It comes with the cloud's own tools.)");
    }

    @Test
    void aCertificateThatIsNotTrustedIsNoSilence() throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context()));
        server.start();
        try {
            File kubeconfig = kubeconfigOf(server.getAddress().getPort());

            assertThatThrownBy(() -> Connection.local(kubeconfig.toPath()))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("the certificate of the cluster at https://127.0.0.1:")
                    .hasMessageContaining(" is not trusted (")
                    .hasMessageEndingWith(", by the authority in " + kubeconfig + ": `nuages up` writes it anew");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aServerThatEndsAmidTheHandshakeDoesNotAnswer() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (Socket connection = server.accept()) {
                        assertThat(connection.getInputStream().read()).isNotNegative();
                    } catch (IOException closed) {
                        return;
                    }
                }
            });

            File kubeconfig = kubeconfigOf(server.getLocalPort());
            assertThatThrownBy(() -> Connection.local(kubeconfig.toPath()))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining(" does not answer")
                    .hasMessageEndingWith(": start it with `nuages up`");
        }
    }

    private File kubeconfigOf(int port) throws IOException {
        return file("kubeconfig", """
                apiVersion: v1
                kind: Config
                clusters: [{name: nuages, cluster: {server: "https://127.0.0.1:%s"}}]
                users: [{name: nuages, user: {token: none}}]
                contexts: [{name: nuages, context: {cluster: nuages, user: nuages}}]
                current-context: nuages
                """.formatted(String.valueOf(port)));
    }

    private File file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toFile();
    }
}
