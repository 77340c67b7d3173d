package dev.nuages.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Ends the cluster and leaves nothing of it: no process, mount, bridge, nftables table or cgroup. */
final class Teardown {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    /** The kubelet's own cgroup, under which all pods are. */
    private static final String PODS = "kubepods";

    private final Home home;
    private final Daemons daemons;

    Teardown(Home home, Daemons daemons) {
        this.home = home;
        this.daemons = daemons;
    }

    /** First those who would start things anew, then the containers, then what they ran on. */
    void run() throws IOException, InterruptedException {
        for (String name : List.of("kubelet", "kube-proxy", "kube-scheduler", "kube-controller-manager")) {
            daemons.stop(name);
        }
        List<Path> pods = podCgroups();
        stopContainers(pods);
        for (ProcessHandle shim : daemons.offspring("containerd")) {
            if (!shim.info().command().orElse("").endsWith("/containerd")) {
                shim.destroyForcibly();
            }
        }
        for (String name : List.of("containerd", "kube-apiserver", "etcd")) {
            daemons.stop(name);
        }
        unmountAll();
        removeCgroups(pods);
        Network.remove();
        delete(home.cluster().resolve("run"));
    }

    /** Databases get the time to write what they hold: TERM first, KILL for those that stay. */
    private static void stopContainers(List<Path> pods) throws IOException, InterruptedException {
        List<ProcessHandle> processes = processes(pods);
        processes.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline && processes.stream().anyMatch(ProcessHandle::isAlive)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        processes(pods).forEach(ProcessHandle::destroyForcibly);
    }

    private static List<ProcessHandle> processes(List<Path> cgroups) throws IOException {
        return cgroups.stream()
                .flatMap(cgroup -> below(cgroup).stream())
                .map(folder -> folder.resolve("cgroup.procs"))
                .flatMap(Teardown::lines)
                .distinct()
                .map(Long::valueOf)
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .toList();
    }

    /** One for each controller on version 1, one in all on version 2. */
    private static List<Path> podCgroups() throws IOException {
        try (Stream<Path> controllers = Files.list(CGROUPS)) {
            return Stream.concat(Stream.of(CGROUPS), controllers)
                    .map(controller -> controller.resolve(PODS))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    private static void removeCgroups(List<Path> cgroups) throws IOException {
        for (Path cgroup : cgroups) {
            for (Path folder : below(cgroup).reversed()) {
                Files.deleteIfExists(folder);
            }
        }
    }

    /** A cgroup and all below it, each before its own; those that go while we look are left out. */
    static List<Path> below(Path cgroup) {
        List<Path> found = new ArrayList<>();
        Deque<Path> open = new ArrayDeque<>(List.of(cgroup));
        while (!open.isEmpty()) {
            Path folder = open.pop();
            try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, Files::isDirectory)) {
                children.forEach(open::push);
                found.add(folder);
            } catch (IOException | DirectoryIteratorException gone) {
                // It is left out; what of it was told is looked at all the same.
            }
        }
        return found;
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readString(file).lines();
        } catch (IOException gone) {
            return Stream.empty();
        }
    }

    private void unmountAll() throws IOException, InterruptedException {
        String root = home.cluster() + "/";
        List<String> mounts = Files.readString(Path.of("/proc/self/mounts"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" ", 3)[1])
                .filter(path -> path.startsWith(root))
                .sorted(Comparator.reverseOrder())
                .toList();
        for (String mount : mounts) {
            Command.run(List.of("umount", "--lazy", mount));
        }
    }

    static void delete(Path folder) throws IOException, InterruptedException {
        if (Files.exists(folder)) {
            Command.run(List.of("rm", "-rf", "--one-file-system", folder.toString()));
        }
    }
}
