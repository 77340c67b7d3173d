package dev.nuages.local.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes that build something, and the operator of {@code nuages dev}: those that must not outlive the command line
 * that started them. Each has in its environment which that is, which its children inherit: so those of one that was killed
 * are found, and do not go on beside those of the next.
 *
 * @param home {@code NUAGES_HOME}
 */
public record BuildProcesses(Path home) {
    private static final String MARK = "NUAGES_BUILD";

    /** What goes into the environment of a process that this one starts. */
    public Map<String, String> environment() {
        return environment(ProcessHandle.current().pid());
    }

    Map<String, String> environment(long pid) {
        return Map.of(MARK, home + "#" + pid);
    }

    /** Ends those whose command line is gone. */
    public void endOrphans() {
        ProcessHandle.allProcesses()
                .filter(process -> starter(process)
                        .filter(pid -> ProcessHandle.of(pid).isEmpty())
                        .isPresent())
                .forEach(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
    }

    /** Who started a process, if it did so for this home. */
    private Optional<Long> starter(ProcessHandle process) {
        String prefix = MARK + "=" + home + "#";
        return environment(process).stream()
                .filter(variable -> variable.startsWith(prefix))
                .map(variable -> Long.valueOf(variable.substring(prefix.length())))
                .findFirst();
    }

    /** What a process was started with, each as {@code NAME=VALUE}; nothing if it is gone. */
    public static List<String> environment(ProcessHandle process) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "environ"));
            return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException gone) {
            return List.of();
        }
    }
}
