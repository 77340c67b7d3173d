package dev.nuages.e2e;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A TCP socket that a program listens on, as the kernel tells of it.
 *
 * @param address in its own network: an IPv4 address, {@code 0.0.0.0} and {@code ::} alike being {@code *}
 */
record Listener(long pid, String address, int port) {
    private static final String LISTENING = "0A";

    /** Those of a process; none if it is gone. */
    static List<Listener> of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        List<Listener> listeners = new ArrayList<>();
        try {
            Set<String> own = sockets(process.resolve("fd"));
            for (String table : List.of("net/tcp", "net/tcp6")) {
                for (String line : Files.readAllLines(process.resolve(table))) {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns[3].equals(LISTENING) && own.contains(columns[9])) {
                        listeners.add(of(pid, columns[1]));
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return List.of();
        }
        return listeners;
    }

    private static Set<String> sockets(Path fds) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(fds)) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        }
        return inodes;
    }

    /** What a descriptor stands for; nothing if it was closed after it was listed. */
    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    /** From such as {@code 0100007F:1F90}: bytes in the machine's order, which is little-endian. */
    static Listener of(long pid, String local) {
        String[] parts = local.split(":", 2);
        String hex = parts[0].length() == 8 ? parts[0] : parts[0].substring(24);
        List<String> bytes = new ArrayList<>();
        for (int at = 6; at >= 0; at -= 2) {
            bytes.add(Integer.toString(Integer.parseInt(hex.substring(at, at + 2), 16)));
        }
        String address = String.join(".", bytes);
        return new Listener(pid, address.equals("0.0.0.0") ? "*" : address, Integer.parseInt(parts[1], 16));
    }
}
