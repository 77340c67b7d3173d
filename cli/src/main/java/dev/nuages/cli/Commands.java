package dev.nuages.cli;

import dev.nuages.local.Failure;
import dev.nuages.local.LocalClusterException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Parses the arguments, runs the command they name, and says in one sentence what went wrong. */
final class Commands {
    private static final int FAILED = 1;
    private static final int NOT_UNDERSTOOD = 2;

    /** What people who know kubectl will type. */
    private static final Set<String> KUBECTLS = Set.of(
            "get",
            "describe",
            "logs",
            "exec",
            "apply",
            "create",
            "delete",
            "edit",
            "patch",
            "wait",
            "rollout",
            "explain",
            "events");

    private Commands() {}

    /** The exit code: 0, 1 if the command failed, or 2 if it wasn't understood. */
    static int run(String... args) {
        return commandLine().execute(withoutKubectlsOptions(helpAsOption(args)));
    }

    /** {@code nuages}, {@code nuages help} and {@code nuages help apps}, as people ask other programs. */
    static String[] helpAsOption(String... args) {
        if (args.length == 0) {
            return new String[] {"--help"};
        }
        if (!args[0].equals("help")) {
            return args;
        }
        List<String> asked = new ArrayList<>(List.of(args).subList(1, args.length));
        asked.add("--help");
        return asked.toArray(String[]::new);
    }

    /** What follows {@code kubectl} is kubectl's, {@code --help} too: behind {@code --} the parser lets it be. */
    static String[] withoutKubectlsOptions(String... args) {
        if (args.length == 0 || !args[0].equals("kubectl")) {
            return args;
        }
        List<String> marked = new ArrayList<>(List.of(args));
        marked.add(1, "--");
        return marked.toArray(String[]::new);
    }

    static CommandLine commandLine() {
        // The client logs through SLF4J; a missing backend is no news for a user.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        return new CommandLine(Nuages.class)
                .setParameterExceptionHandler(Commands::notUnderstood)
                .setExecutionExceptionHandler(Commands::failed);
    }

    private static int notUnderstood(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        if (e instanceof UnmatchedArgumentException unmatched && command.getParent() == null) {
            String word = unmatched.getUnmatched().getFirst();
            if (KUBECTLS.contains(word)) {
                say(command, "there is no command " + word + "; did you mean nuages kubectl " + word + "?");
                return NOT_UNDERSTOOD;
            }
        }
        List<String> guesses =
                e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String hint = guesses.isEmpty()
                ? "see `" + command.getCommandSpec().qualifiedName() + " --help`"
                : "did you mean " + String.join(" or ", guesses) + "?";
        say(command, e.getMessage() + "; " + hint);
        return NOT_UNDERSTOOD;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        switch (e) {
            case Refusal refusal -> say(command, String.valueOf(refusal.getMessage()));
            case LocalClusterException refusal -> say(command, String.valueOf(refusal.getMessage()));
            default -> say(command, Failure.words(e) + logged(e));
        }
        return FAILED;
    }

    private static void say(CommandLine command, String sentence) {
        command.getErr().println(command.getColorScheme().errorText("nuages: " + sentence));
        command.getErr().flush();
    }

    private static String logged(Exception e) {
        Path log = Folders.current().log();
        StringWriter text = new StringWriter();
        text.append(Instant.now().toString()).append(' ');
        e.printStackTrace(new PrintWriter(text));
        try {
            Files.createDirectories(log.getParent());
            Files.writeString(log, text.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            return " (and " + log + " cannot be written)";
        }
        return " (more in " + log + ")";
    }
}
