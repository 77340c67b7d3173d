package dev.nuages.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ListenerTest {
    @Test
    void addressesAreReadAsTheKernelWritesThem() {
        assertThat(Listener.of(1, "0100007F:1F90")).isEqualTo(new Listener(1, "127.0.0.1", 8080));
        assertThat(Listener.of(1, "0100F40A:192B")).isEqualTo(new Listener(1, "10.244.0.1", 6443));
        assertThat(Listener.of(1, "00000000000000000000000000000000:280A")).isEqualTo(new Listener(1, "*", 10250));
        assertThat(Listener.of(1, "0000000000000000FFFF00000100007F:1F90"))
                .isEqualTo(new Listener(1, "127.0.0.1", 8080));
    }

    @Test
    void whatThisProcessListensOnIsFound() throws IOException {
        long me = ProcessHandle.current().pid();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThat(Listener.of(me)).contains(new Listener(me, "127.0.0.1", socket.getLocalPort()));
        }
    }

    @Test
    void whatAProcessOpensAndClosesMeanwhileHidesNothing() throws IOException, InterruptedException {
        long me = ProcessHandle.current().pid();
        AtomicBoolean done = new AtomicBoolean();
        Thread busy = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                try {
                    Files.newInputStream(Path.of("/dev/null")).close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            for (int i = 0; i < 50; i++) {
                assertThat(Listener.of(me)).contains(new Listener(me, "127.0.0.1", socket.getLocalPort()));
            }
        } finally {
            done.set(true);
            busy.join();
        }
    }

    @Test
    void aProcessThatIsGoneListensOnNothing() {
        assertThat(Listener.of(Integer.MAX_VALUE)).isEmpty();
    }
}
