package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Isolated("it sets a system property that every client of the API server reads, and the locale")
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
    void numbersAreWrittenAsUrlsHaveThemWhateverTheUsersLanguage() throws InterruptedException {
        Locale before = Locale.getDefault(Locale.Category.FORMAT);
        Locale.setDefault(Locale.Category.FORMAT, Locale.of("fa", "IR"));
        try {
            assertThat("%d".formatted(8443)).isNotEqualTo("8443");
            Nuages.main(new String[] {"version"});
            assertThat("%d".formatted(8443)).isEqualTo("8443");
        } finally {
            Locale.setDefault(Locale.Category.FORMAT, before);
        }
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
    @ValueSource(strings = {"apps", "retry mysite"})
    void aClusterThatIsDownIsSaidToBe(String command, @TempDir Path folder) throws IOException {
        Path kubeconfig = kubeconfigOfNobody(folder);
        String before = System.getProperty("kubeconfig");
        System.setProperty("kubeconfig", kubeconfig.toString());
        try {
            assertThat(run((command + " --context nuages").split(" "))).isEqualTo(1);
        } finally {
            if (before == null) {
                System.clearProperty("kubeconfig");
            } else {
                System.setProperty("kubeconfig", before);
            }
        }
        assertThat(err.toString())
                .startsWith("nuages: the cluster at https://127.0.0.1:")
                .contains(" does not answer: it is that of context nuages")
                .hasLineCount(1);
    }

    @Test
    void whereTheLocalClusterIsDownItIsSaidHowToStartIt(@TempDir Path folder) throws IOException {
        Path kubeconfig = kubeconfigOfNobody(folder);

        assertThatThrownBy(() -> Connection.local(kubeconfig))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("the cluster at https://127.0.0.1:")
                .hasMessageEndingWith(" does not answer: start it with `nuages up`");
    }

    @Test
    void kubectlIsNamedAsItIsCalledForTheClusterThatWasAsked() {
        var cluster = new WhichCluster();
        assertThat(cluster.kubectl()).isEqualTo("nuages kubectl");
        cluster.context = "kind-kind";
        assertThat(cluster.kubectl()).isEqualTo("kubectl --context kind-kind");
    }

    /** Of a cluster that is not there. */
    private static Path kubeconfigOfNobody(Path folder) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: nuages, cluster: {server: "https://127.0.0.1:%d"}}]
                users: [{name: nuages, user: {token: none}}]
                contexts: [{name: nuages, context: {cluster: nuages, user: nuages}}]
                current-context: nuages
                """.formatted(port));
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
