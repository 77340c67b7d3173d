package dev.nuages.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line, {@code nuages}. */
@Command(
        name = "nuages",
        description = "Runs whole Django applications on Kubernetes.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  nuages up                              a Kubernetes on this machine, with an example site on it",
            "  nuages kubectl get djangoapps          what runs there",
            "  nuages retry mysite                    try again what failed",
            "  nuages up --context kind-kind --image registry.example.org/operator:1",
            "                                         only the operator, on a cluster of your own"
        },
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            AppsCommand.class,
            RetryCommand.class,
            KubectlCommand.class,
            KubeconfigCommand.class,
            DoctorCommand.class,
            DevCommand.class,
            VersionCommand.class
        })
public final class Nuages {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Prints this help.")
    @SuppressWarnings("UnusedVariable") // the parser reads it
    private boolean help;

    private Nuages() {}

    public static void main(String[] args) throws InterruptedException {
        // Or ports and addresses would have the digits of the user's language.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        // What is asked most often, by scripts and completions, needs no parser: the answer comes in half the time.
        if (List.of(args).equals(List.of("version"))) {
            System.out.print(Release.current().describe());
            return;
        }
        if (args.length > 0 && args[0].equals("kubectl")) {
            kubectl(Folders.current(), List.of(args).subList(1, args.length));
        }
        System.exit(Commands.run(args));
    }

    /** Does not return, unless there is something to be said by the command of that name. */
    private static void kubectl(Folders folders, List<String> arguments) throws InterruptedException {
        Path kubectl = folders.home().kubectl();
        if (Files.exists(folders.kubeconfig()) && Files.isExecutable(kubectl)) {
            try {
                System.exit(KubectlCommand.run(kubectl, folders.kubeconfig(), arguments));
            } catch (IOException notStarted) {
                return;
            }
        }
    }
}
