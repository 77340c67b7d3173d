package dev.nuages.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "kubeconfig",
        description = "Prints the path of the local cluster's kubeconfig.",
        footer = {"", "Example:", "  export KUBECONFIG=$(nuages kubeconfig)"})
final class KubeconfigCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path kubeconfig = Folders.current().kubeconfig();
        if (!Files.exists(kubeconfig)) {
            throw new Refusal("there is no local cluster yet: start it with `nuages up`");
        }
        spec.commandLine().getOut().println(kubeconfig);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
