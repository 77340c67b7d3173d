package dev.nuages.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A command of this machine, run to its end. */
final class Command {
    private static final int KEPT_LINES = 30;

    private Command() {}

    /** @param path the folders where programs are looked for, as the variable {@code PATH} has them */
    static boolean isThere(String program, String path) {
        return Stream.of(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** What it printed, on either stream; fails with the last of it if the command does. */
    static String run(List<String> command) throws IOException, InterruptedException {
        return run(command, null, Map.of(), line -> {});
    }

    static String run(List<String> command, @Nullable Path folder, Map<String, String> more, Consumer<String> heard)
            throws IOException, InterruptedException {
        Deque<String> last = new ArrayDeque<>();
        int code = execute(command, folder, more, line -> {
            heard.accept(line);
            last.addLast(line);
            if (last.size() > KEPT_LINES) {
                last.removeFirst();
            }
        });
        String said = String.join("\n", last);
        if (code != 0) {
            throw new IOException("'%s' ended with %d: %s".formatted(String.join(" ", command), code, said));
        }
        return said;
    }

    /** All that it printed, whether it succeeded or not. */
    static List<String> lines(List<String> command) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        execute(command, null, Map.of(), lines::add);
        return lines;
    }

    private static int execute(
            List<String> command, @Nullable Path folder, Map<String, String> more, Consumer<String> heard)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(more);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        Process process = builder.start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.accept(line);
            }
        }
        return process.waitFor();
    }
}
