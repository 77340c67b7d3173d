package dev.nuages.cli;

import dev.nuages.local.LocalCluster;
import dev.nuages.local.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "kubectl",
        description = "Runs kubectl, of the local cluster's own version, against the local cluster.",
        footer = {"", "Example:", "  nuages kubectl get djangoapps --watch"})
final class KubectlCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARGUMENT", description = "What kubectl understands, such as get pods.")
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Folders folders = Folders.current();
        if (!Files.exists(folders.kubeconfig())) {
            throw new Refusal("there is no local cluster yet: start it with `nuages up`");
        }
        Path kubectl = folders.home().kubectl();
        if (!Files.isExecutable(kubectl)) {
            try (LocalCluster cluster = folders.localCluster()) {
                kubectl = cluster.kubectl(Progress.silent());
            }
        }
        return run(kubectl, folders.kubeconfig(), arguments);
    }

    /** Runs it in the user's own terminal, and returns its exit code. */
    static int run(Path kubectl, Path kubeconfig, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(kubectl.toString());
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command).inheritIO();
        process.environment().put("KUBECONFIG", kubeconfig.toString());
        var started = new CompletableFuture<Optional<Process>>();
        // Whoever ends this one by a signal, as scripts do, means both; also amid the start.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> started.join().ifPresent(Process::destroy)));
        try {
            Process running = process.start();
            started.complete(Optional.of(running));
            return running.waitFor();
        } finally {
            started.complete(Optional.empty());
        }
    }
}
