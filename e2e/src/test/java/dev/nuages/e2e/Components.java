package dev.nuages.e2e;

import dev.nuages.local.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The processes of the local cluster: its programs that are no pods, and those in pods. */
final class Components {
    private Components() {}

    /** The processes of each that runs, by its name; also those that a component has started, containers left out. */
    static Map<String, List<Long>> running() {
        String mark = "NUAGES_COMPONENT=" + Home.ofThisUser().cluster() + "#";
        Map<String, List<Long>> found = new TreeMap<>();
        ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .forEach(pid -> List.of(read(pid, "environ").split("\0", -1)).stream()
                        .filter(variable -> variable.startsWith(mark))
                        .findFirst()
                        .ifPresent(variable -> found.computeIfAbsent(
                                        variable.substring(mark.length()), name -> new ArrayList<>())
                                .add(pid)));
        return found;
    }

    /** What each that runs listens on, by its name. */
    static Map<String, List<Listener>> listening() {
        return running().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        component -> component.getValue().stream()
                                .flatMap(pid -> Listener.of(pid).stream())
                                .toList()));
    }

    /** The command line of each process of this machine, those in pods among them. */
    static List<String> commandLines() {
        return ProcessHandle.allProcesses()
                .map(process -> read(process.pid(), "cmdline").replace('\0', ' '))
                .toList();
    }

    /** The processes of a pod's containers. */
    static List<ProcessHandle> ofPod(String uid) {
        return ProcessHandle.allProcesses()
                .filter(process -> read(process.pid(), "cgroup").contains(uid))
                .toList();
    }

    /** Ends all of a component that runs, with no warning (SIGKILL), and returns when it is gone. */
    static void kill(String component) {
        running().getOrDefault(component, List.of()).stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .peek(ProcessHandle::destroyForcibly)
                .toList()
                .forEach(process -> process.onExit().join());
    }

    /** Takes the processors from processes (SIGSTOP), until somebody ends them. */
    static void stop(List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-STOP"));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new AssertionError("not done: " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** What the kernel tells of a process; nothing if it is gone. */
    static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException gone) {
            return "";
        }
    }
}
