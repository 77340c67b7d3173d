package dev.nuages.e2e;

import dev.nuages.local.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The kubectl of the local cluster, as {@code nuages kubectl} runs it, without the launcher's part of the time. */
final class Kubectl {
    private Kubectl() {}

    /** What the command prints, which must succeed. */
    static String kubectl(String... arguments) {
        return run("", arguments);
    }

    /** Applies objects in YAML. */
    static void apply(String yaml) {
        run(yaml, "apply", "-f", "-");
    }

    /** An object in YAML, with a change merged into it that is YAML too. */
    static String changed(String yaml, String change) {
        return run(yaml, "patch", "--local", "-f", "-", "--type=merge", "-p", change, "-o", "yaml");
    }

    /** Deletes objects in YAML, and waits until they are gone. */
    static void delete(String yaml) {
        run(yaml, "delete", "--wait=true", "-f", "-");
    }

    /** Waits for a condition as {@code kubectl wait --for} has it, five minutes at most. */
    static void await(String namespace, String object, String condition) {
        kubectl("-n", namespace, "wait", object, "--for=" + condition, "--timeout=5m");
    }

    private static String run(String input, String... arguments) {
        Home home = Home.ofThisUser();
        List<String> command = new ArrayList<>(List.of(home.kubectl().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", home.kubeconfig().toString());
        try {
            Process process = builder.start();
            var errors = java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> process.errorReader(StandardCharsets.UTF_8).lines().toList(),
                    task -> Thread.ofVirtual().start(task));
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("kubectl " + String.join(" ", arguments) + "\n"
                        + String.join("\n", errors.join()) + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
