package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process in a container, as the kernel tells of it.
 *
 * @param name of its program, 15 letters at most
 * @param parent its parent's id; 0 if it is gone
 * @param catches the signals it has a handler for, as a bit mask from signal 1 on
 */
record ContainerProcess(long pid, String name, long parent, long catches) {
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;

    static ContainerProcess of(long pid) {
        try {
            return parse(pid, Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        } catch (IOException gone) {
            return new ContainerProcess(pid, "", 0, 0);
        }
    }

    static ContainerProcess parse(long pid, String status) {
        Map<String, String> fields = new HashMap<>();
        status.lines().map(line -> line.split(":", 2)).forEach(field -> fields.put(field[0], field[1].strip()));
        return new ContainerProcess(
                pid,
                fields.getOrDefault("Name", ""),
                Long.parseLong(fields.getOrDefault("PPid", "0")),
                Long.parseUnsignedLong(fields.getOrDefault("SigCgt", "0"), 16));
    }

    /**
     * The signal that ends it soonest without loss. PostgreSQL takes SIGTERM for a wish to end when its last client has
     * gone. A container's first process that has no handler for SIGTERM would not notice it.
     */
    String signal() {
        if (name.equals("postgres") && catches(SIGINT)) {
            return "INT";
        }
        return catches(SIGTERM) ? "TERM" : "KILL";
    }

    private boolean catches(int signal) {
        return (catches >>> (signal - 1) & 1) == 1;
    }

    void askToEnd() throws IOException, InterruptedException {
        if (!name.isEmpty()) {
            try {
                Command.run(List.of("kill", "-" + signal(), Long.toString(pid)));
            } catch (IOException e) {
                if (ProcessHandle.of(pid).isPresent()) {
                    throw e;
                }
            }
        }
    }
}
