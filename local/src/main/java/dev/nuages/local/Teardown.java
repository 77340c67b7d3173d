package dev.nuages.local;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Ends the cluster and leaves nothing of it: no process, mount, bridge, nftables table or cgroup. */
final class Teardown {
    private final Home home;
    private final Daemons daemons;
    private final PodCgroups pods;

    Teardown(Home home, Daemons daemons) {
        this.home = home;
        this.daemons = daemons;
        this.pods = PodCgroups.of(home);
    }

    /**
     * First those who would start things anew, then the containers, then what they ran on.
     *
     * @return what came of it, in words
     */
    String run() throws IOException, InterruptedException {
        Optional<Path> other = Network.takenBy(home.cluster());
        if (other.isPresent()) {
            // Pods, network and traces are the other's.
            return "nothing of it runs; the cluster in %1$s does, which 'NUAGES_HOME=%1$s nuages down' stops"
                    .formatted(other.get().getParent());
        }
        daemons.kill("kubelet", "kube-proxy", "kube-scheduler", "kube-controller-manager");
        pods.end();
        daemons.killShims();
        daemons.kill("kube-apiserver");
        daemons.stop("containerd", "etcd");
        forgetContainers();
        Mounts.unmountBelow(home.cluster());
        // What buildah had mounted there when it was killed; of those who build, none is left.
        Mounts.unmountBelow(home.images());
        Network.remove(home.cluster());
        new Traces(home).remove();
        return "nothing of it runs";
    }

    /** Removes what is left of containers; containerd and its shims must not run. */
    void forgetContainers() throws IOException, InterruptedException {
        Path state = home.cluster().resolve("run");
        pods.end();
        pods.remove();
        Mounts.unmountBelow(state);
        delete(state);
    }

    /** Deletes what Nuages made in its folder, and then the folder, unless it holds something else: its user named it. */
    static void purge(Home home) throws IOException, InterruptedException {
        for (Path part : home.parts()) {
            Mounts.unmountBelow(part);
            delete(part);
        }
        deleteIfEmpty(home.caches());
        deleteIfEmpty(home.root());
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.delete(folder);
        } catch (DirectoryNotEmptyException othersUseIt) {
            return;
        }
    }

    static void delete(Path folder) throws IOException, InterruptedException {
        if (Files.exists(folder)) {
            Command.run(List.of("rm", "-rf", "--one-file-system", folder.toString()));
        }
    }
}
