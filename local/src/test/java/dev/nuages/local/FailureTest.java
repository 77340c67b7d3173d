package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    @DisplayName("an API server that is gone is told from one that refuses, by the deepest cause")
    void silence() {
        var gone = new KubernetesClientException(
                "Operation: [get]  for kind: [DjangoApp]  with name: [mysite]  failed.",
                new IOException("wrapped", new ConnectException()));

        assertThat(Failure.words(gone))
                .isEqualTo("the API server of the cluster stopped answering (ConnectException): is it running?");
        assertThat(Failure.words(
                        new KubernetesClientException("An error has occurred.", new IOException("Broken pipe"))))
                .isEqualTo("the API server of the cluster stopped answering (Broken pipe): is it running?");
        assertThat(Failure.words(new KubernetesClientException(
                        "An error has occurred.", new IllegalArgumentException("no such version"))))
                .isEqualTo("no such version");
    }

    @Test
    @DisplayName("a file is said with what is the matter with it, and an exception without a message by its class")
    void files() {
        assertThat(Failure.words(new AccessDeniedException("/etc/cni/net.d")))
                .isEqualTo("/etc/cni/net.d may not be read or written by this user: run it as root");
        assertThat(Failure.words(new UncheckedIOException(new NoSuchFileException("/nowhere"))))
                .isEqualTo("/nowhere is missing");
        assertThat(Failure.words(new IOException("No space left on device"))).isEqualTo("No space left on device");
        assertThat(Failure.words(new IllegalStateException())).isEqualTo("IllegalStateException");
    }

    @Test
    @DisplayName("a step that fails is said in these words")
    void step() {
        assertThatThrownBy(() -> Progress.silent().step("Start Kubernetes", _ -> {
                    throw new NoSuchFileException("/usr/bin/runc");
                }))
                .isInstanceOf(LocalClusterException.class)
                .hasMessage("Start Kubernetes failed: /usr/bin/runc is missing");
    }
}
