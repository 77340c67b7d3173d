package dev.nuages.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One bash that is told one command after another, as at a prompt. */
final class Bash implements AutoCloseable {
    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    Bash(Path folder) throws IOException {
        process = new ProcessBuilder("bash", "--noprofile", "--norc")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        in = process.outputWriter(StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * What a command did.
     *
     * @param output standard output and error, as they came
     */
    record Done(String output, int exitCode) {}

    /** Runs a command, and waits for its end. */
    Done run(String command, Duration timeout) throws IOException, InterruptedException {
        String end = "--end-" + UUID.randomUUID() + " ";
        // Its input is not ours: a command that reads, such as ssh or kubectl exec -i, must not eat the next one.
        in.write("{ " + command + "\n} </dev/null\nprintf '\\n" + end + "%d\\n' $?\n");
        in.flush();
        var done = CompletableFuture.supplyAsync(
                () -> readTo(end), task -> Thread.ofVirtual().start(task));
        try {
            return done.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            close();
            throw new AssertionError("no end within " + timeout.toSeconds() + " s: " + command, e);
        } catch (ExecutionException e) {
            throw new AssertionError("bash ended within: " + command, e);
        }
    }

    private Done readTo(String end) {
        StringBuilder output = new StringBuilder();
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(end)) {
                    return new Done(output.toString(), Integer.parseInt(line.substring(end.length())));
                }
                output.append(line).append('\n');
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        throw new IllegalStateException("no more output after: " + output);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
