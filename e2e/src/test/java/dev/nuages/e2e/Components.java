package dev.nuages.e2e;

import dev.nuages.local.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The programs of the local cluster that are no pods. */
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

    /** What the kernel tells of a process; nothing if it is gone. */
    static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException gone) {
            return "";
        }
    }
}
