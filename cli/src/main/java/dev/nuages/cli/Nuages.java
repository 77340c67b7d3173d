package dev.nuages.cli;

import java.util.List;
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

    public static void main(String[] args) {
        // What is asked most often, by scripts and completions, needs no parser: it halves the time to the answer.
        if (List.of(args).equals(List.of("version"))) {
            System.out.print(Release.current().describe());
            return;
        }
        System.exit(Commands.run(args));
    }
}
