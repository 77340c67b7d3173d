package dev.nuages.local.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Commands of this machine, whose output goes to a log.
 *
 * @param log the file that is appended to
 * @param environment more variables for them
 */
record Commands(Path log, Map<String, String> environment) {
    private static final int TOLD_LINES = 5;

    /**
     * Runs a command to its end.
     *
     * @return what it printed on its standard output, without the last newline
     * @throws ImageBuildException if it fails or is not installed, with the last lines it said
     */
    String run(List<String> command) throws IOException, InterruptedException {
        Files.writeString(
                log,
                "%s $ %s%n".formatted(Instant.now(), String.join(" ", command)),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        Process process = start(command);
        String said;
        try {
            said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new ImageBuildException("'%s' failed (all it said is in %s):%n%s"
                        .formatted(String.join(" ", command), log, lastLines()));
            }
        } finally {
            process.destroy();
        }
        return said;
    }

    /** Whether a command succeeds, for those that answer by their exit code. */
    boolean succeeds(List<String> command) throws IOException, InterruptedException {
        Process process = builder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder;
    }

    private Process start(List<String> command) {
        try {
            return builder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            String program = command.getFirst();
            throw new ImageBuildException(
                    "Building images needs %s, which is not here: install it (Debian: apt-get install %s)."
                            .formatted(program, program.substring(program.lastIndexOf('/') + 1)),
                    e);
        }
    }

    private String lastLines() throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size()));
    }
}
