package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The folder that holds all that the local cluster keeps on this machine.
 *
 * @param root the folder, absolute and without symbolic links, as the kernel names what is mounted in it
 */
public record Home(Path root) {
    public Home {
        root = real(root.toAbsolutePath().normalize());
    }

    /** As much of it as is there already is what its links lead to. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            Path parent = path.getParent();
            return parent == null ? path : real(parent).resolve(parent.relativize(path));
        }
    }

    /** {@code NUAGES_HOME}, or {@code nuages} under {@code XDG_CACHE_HOME}, or under {@code ~/.cache}. */
    public static Home of(Map<String, String> environment) {
        String named = environment.getOrDefault("NUAGES_HOME", "");
        if (!named.isBlank()) {
            return new Home(Path.of(named));
        }
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path cache = caches.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches);
        return new Home(cache.resolve("nuages"));
    }

    /** {@link #of} the environment of this process. */
    public static Home ofThisUser() {
        return of(System.getenv());
    }

    /** What can be built anew. */
    Path caches() {
        return root.resolve("cache");
    }

    /** Built binaries, each named by a hash of what it was built from. */
    public Path binaries() {
        return caches().resolve("bin");
    }

    /** The virtual environments of the tests that are in Python. */
    Path python() {
        return caches().resolve("python");
    }

    /** Built image archives, each named by a hash of what it was built from. */
    public Path images() {
        return caches().resolve("images");
    }

    /** The state of the cluster: certificates, configuration, etcd's data, containers and volumes. */
    public Path cluster() {
        return root.resolve("cluster");
    }

    /** The administrator's kubeconfig, whose one context is {@code nuages}. */
    public Path kubeconfig() {
        return cluster().resolve("kubeconfig");
    }

    /** The cluster's own kubectl, which is there once it was up. */
    public Path kubectl() {
        return programs().resolve("kubectl");
    }

    /** What the cluster's components are started as. */
    Path programs() {
        return cluster().resolve("bin");
    }

    /** The socket of the cluster's own containerd. */
    public Path containerdSocket() {
        return cluster().resolve("run/containerd.sock");
    }

    /** One log for each component, and {@code up.log}. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** What {@code nuages dev} writes for the operator that it runs. */
    public Path dev() {
        return root.resolve("dev");
    }

    /** Held by whoever works on the cluster. */
    Path lock() {
        return root.resolve("lock");
    }

    /** All that Nuages ever makes in the folder, the lock last; the rest there, if any, is somebody else's. */
    List<Path> parts() {
        return List.of(binaries(), images(), python(), cluster(), dev(), logs(), lock());
    }
}
