package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionSaysVersionCommitAndJava() {
        assertThat(run("version")).isZero();
        assertThat(out.toString())
                .startsWith("nuages ")
                .contains("(commit ")
                .contains("java " + System.getProperty("java.vm.version"));
    }

    @Test
    void aCommandMisspelledIsGuessed() {
        assertThat(run("versoin")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("nuages: Unmatched argument at index 0: 'versoin'; did you mean version?");
    }

    @Test
    void whatIsKubectlsIsSaidToBe() {
        assertThat(run("get", "dj")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("nuages: there is no command get; did you mean nuages kubectl get?");
    }

    @Test
    void helpIsThereHoweverOneAsks() {
        assertThat(run()).isZero();
        assertThat(out.toString()).startsWith("Usage: nuages [-h] COMMAND");
        out.getBuffer().setLength(0);
        assertThat(run("help", "retry")).isZero();
        assertThat(out.toString()).startsWith("Usage: nuages retry");
    }

    @Test
    void upWithHalfOfAClusterOfOnesOwnIsNotUnderstood() {
        assertThat(run("up", "--image", "registry.example.org/operator:1")).isEqualTo(2);
        assertThat(err.toString()).contains("--context and --image go together").hasLineCount(1);
    }

    @Test
    void upNeverFallsBackToAnotherContext() {
        assertThat(run("up", "--context", "no-such-context-here", "--image", "a:1"))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("nuages: no context no-such-context-here in ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "doctor", "apps", "retry", "kubeconfig", "dev", "version"})
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: nuages " + command);
    }

    @Test
    void whatFollowsKubectlIsKubectls() {
        String[] args = Commands.withoutKubectlsOptions("kubectl", "exec", "-it", "--help", "--", "ls", "--");
        var parsed = Commands.commandLine().parseArgs(args).subcommand();

        assertThat(parsed.matchedPositionalValue(0, List.<String>of()))
                .containsExactly("exec", "-it", "--help", "--", "ls", "--");
    }

    private int run(String... args) {
        return Commands.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .execute(Commands.helpAsOption(args));
    }
}
