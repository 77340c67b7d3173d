package dev.nuages.local;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the cluster's programs write outside of its folder, to places that no setting moves. */
final class Traces {
    private static final Path SHIMS = Path.of("/run/containerd/s");
    private static final Path CNI_RESULTS = Path.of("/var/lib/cni/results");
    private static final Path CONTAINER_LOGS = Path.of("/var/log/containers");
    private static final Path DEVICE_PLUGINS = Path.of("/var/lib/kubelet/device-plugins");

    /** The innermost first. */
    private static final List<Path> FOLDERS = List.of(
            SHIMS,
            Path.of("/run/containerd"),
            CNI_RESULTS,
            Path.of("/var/lib/cni"),
            CONTAINER_LOGS,
            DEVICE_PLUGINS,
            Path.of("/var/lib/kubelet"));

    private final Home home;

    Traces(Home home) {
        this.home = home;
    }

    /** Removes ours, and the folders that are empty then; nothing of the cluster may run any more. */
    void remove() throws IOException {
        for (Path folder : List.of(SHIMS, DEVICE_PLUGINS)) {
            for (Path socket : Sockets.dead(folder)) {
                if (!Files.isRegularFile(socket)) {
                    Files.deleteIfExists(socket);
                }
            }
        }
        removeResults();
        removeLogLinks();
        for (Path folder : FOLDERS) {
            removeIfEmpty(folder);
        }
    }

    /** One for the network {@code nuages} of each pod, and one for its loopback device. */
    private static void removeResults() throws IOException {
        if (Files.isDirectory(CNI_RESULTS)) {
            try (DirectoryStream<Path> results = Files.newDirectoryStream(CNI_RESULTS, "nuages-*-eth0")) {
                for (Path result : results) {
                    String name = result.getFileName().toString();
                    String pod = name.substring("nuages-".length(), name.length() - "-eth0".length());
                    Files.deleteIfExists(CNI_RESULTS.resolve("cni-loopback-" + pod + "-lo"));
                    Files.deleteIfExists(result);
                }
            }
        }
    }

    private void removeLogLinks() throws IOException {
        if (Files.isDirectory(CONTAINER_LOGS)) {
            try (DirectoryStream<Path> links = Files.newDirectoryStream(CONTAINER_LOGS, Files::isSymbolicLink)) {
                for (Path link : links) {
                    if (Files.readSymbolicLink(link).startsWith(home.cluster())) {
                        Files.deleteIfExists(link);
                    }
                }
            }
        }
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException othersUseIt) {
            return;
        }
    }
}
