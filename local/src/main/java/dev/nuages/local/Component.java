package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program of the cluster that runs until it is told to stop.
 *
 * @param name what its log is called
 * @param command the program and its arguments
 */
record Component(String name, List<String> command) {
    /** Starts it in a session of its own, so that no terminal's interrupt reaches it, and its output in a log. */
    Process start(Path logs) throws IOException {
        return start(logs, Map.of());
    }

    Process start(Path logs, Map<String, String> environment) throws IOException {
        Files.createDirectories(logs);
        List<String> detached = new ArrayList<>(List.of("setsid"));
        detached.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(detached);
        builder.environment().putAll(environment);
        return builder.redirectInput(
                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(logs).toFile()))
                .start();
    }

    Path log(Path logs) {
        return logs.resolve(name + ".log");
    }
}
