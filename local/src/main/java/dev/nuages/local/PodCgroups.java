package dev.nuages.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The cgroups of the cluster's pods, and the processes in them. Those of another kubelet on this machine, which would be in
 * the same place, are left alone: ours are known by the pods' UIDs.
 *
 * @param root where cgroups are mounted
 * @param pods the kubelet's folder, which holds one folder for each of its pods
 */
record PodCgroups(Path root, Path pods) {
    /** The kubelet's own cgroup, under which all pods are. */
    private static final String KUBELET = "kubepods";

    private static final String POD = "pod";
    private static final long PATIENCE_SECONDS = 10;

    static PodCgroups of(Home home) {
        return new PodCgroups(Path.of("/sys/fs/cgroup"), home.cluster().resolve("kubelet/pods"));
    }

    /** True if no process of any pod runs. */
    boolean areEmpty() {
        return processes().isEmpty();
    }

    /**
     * Ends every process: each is asked to by the signal it expects, and gets the time to write what it holds; the kernel
     * ends the rest of a container with its first process.
     */
    void end() throws IOException, InterruptedException {
        Set<Long> all = processes();
        for (long pid : all) {
            ContainerProcess process = ContainerProcess.of(pid);
            if (!all.contains(process.parent())) {
                process.askToEnd();
            }
        }
        if (!awaitEnd(PATIENCE_SECONDS)) {
            processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            awaitEnd(PATIENCE_SECONDS);
        }
    }

    private boolean awaitEnd(long seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!areEmpty()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return true;
    }

    /** Removes the cgroups, which must have no processes any more, and those above them if no other pod is there. */
    void remove() throws IOException {
        for (Path pod : ofPods()) {
            for (Path folder : below(pod).reversed()) {
                Files.deleteIfExists(folder);
            }
        }
        for (Path kubelet : ofKubelets()) {
            for (Path above : List.of(kubelet.resolve("burstable"), kubelet.resolve("besteffort"), kubelet)) {
                if (below(above).size() == 1) {
                    Files.deleteIfExists(above);
                }
            }
        }
    }

    private Set<Long> processes() {
        Set<Long> pids = new HashSet<>();
        for (Path pod : ofPods()) {
            below(pod)
                    .forEach(folder -> lines(folder.resolve("cgroup.procs"))
                            .map(Long::valueOf)
                            .forEach(pids::add));
        }
        return pids;
    }

    private List<Path> ofPods() {
        Set<String> uids = new HashSet<>();
        try (Stream<Path> folders = Files.list(pods)) {
            folders.forEach(folder -> uids.add(POD + folder.getFileName()));
        } catch (IOException noKubeletYet) {
            return List.of();
        }
        return ofKubelets().stream()
                .flatMap(kubelet -> below(kubelet).stream())
                .filter(folder -> uids.contains(folder.getFileName().toString()))
                .toList();
    }

    /** One for each controller on version 1, one in all on version 2. */
    private List<Path> ofKubelets() {
        try (Stream<Path> controllers = Files.list(root)) {
            return Stream.concat(Stream.of(root), controllers)
                    .map(controller -> controller.resolve(KUBELET))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException noCgroups) {
            return List.of();
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
}
