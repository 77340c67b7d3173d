package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
    @Test
    @DisplayName("a socket is dead once its program has closed it, though its file stays")
    void dead(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("shim.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThat(Sockets.listens(socket)).isTrue();
            assertThat(Sockets.dead(folder)).isEmpty();
        }

        assertThat(socket).exists();
        assertThat(Sockets.listens(socket)).isFalse();
        assertThat(Sockets.dead(folder)).containsExactly(socket);
    }

    @Test
    @DisplayName("sockets without a name are none of any folder")
    void unnamed() {
        String table = """
                Num       RefCount Protocol Flags    Type St Inode Path
                000000008ba2b331: 00000003 00000000 00000000 0001 03 247615
                00000000ca756216: 00000002 00000000 00010000 0001 01 247874 /run/containerd/s/4954
                """;

        assertThat(Sockets.paths(table)).contains("/run/containerd/s/4954").hasSize(2);
    }

    @Test
    @DisplayName("a folder that is not there has none")
    void nowhere(@TempDir Path folder) throws IOException {
        assertThat(Sockets.dead(folder.resolve("gone"))).isEmpty();
    }
}
