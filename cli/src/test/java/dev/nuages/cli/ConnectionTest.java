package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.io.IOException;
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
                        users: [{name: me, user: {token: first}}]
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

    private File file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toFile();
    }
}
