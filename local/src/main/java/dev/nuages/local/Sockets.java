package dev.nuages.local;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Unix sockets in the file system, which outlive the programs that made them. */
final class Sockets {
    private static final Path TABLE = Path.of("/proc/net/unix");
    private static final int PATH_COLUMN = 7;

    private Sockets() {}

    /** True if a program answers there. */
    static boolean listens(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobody) {
            return false;
        }
    }

    /** The files of a folder that no program has as its socket any more. */
    static List<Path> dead(Path folder) throws IOException {
        List<Path> dead = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                files.forEach(dead::add);
            }
            Set<String> alive = paths(Files.readString(TABLE));
            dead.removeIf(file -> alive.contains(file.toString()));
        }
        return dead;
    }

    /** The paths in the kernel's table of sockets; those of an abstract name begin with {@code @}. */
    static Set<String> paths(String table) {
        return table.lines()
                .map(line -> line.strip().split(" +", PATH_COLUMN + 1))
                .filter(columns -> columns.length > PATH_COLUMN)
                .map(columns -> columns[PATH_COLUMN])
                .collect(Collectors.toSet());
    }
}
