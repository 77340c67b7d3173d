package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code ./nuages} finds a JDK: a copy of it, in a world of its own with JDKs that are none and a Maven that fails. */
class LauncherTest {
    private static final List<String> TOOLS =
            List.of("bash", "cat", "dirname", "find", "flock", "git", "grep", "id", "mkdir", "readlink", "rm", "tail");

    @TempDir
    Path folder;

    private record Ended(int code, String said) {}

    @BeforeEach
    void copy() throws IOException {
        // Where JDKs usually are, this machine may have some.
        write(
                "nuages",
                Files.readString(Path.of("../nuages")).replaceAll("(?<= )/(?=(usr|opt|Library)/)", folder + "/"));
        write("bin/mvn", "#!/bin/sh\necho \"built by $JAVA_HOME\"\nexit 1\n");
        for (String tool : TOOLS) {
            var there = Stream.of(System.getenv("PATH").split(":"))
                    .map(place -> Path.of(place, tool))
                    .filter(Files::isExecutable)
                    .findFirst();
            if (there.isPresent()) {
                write("bin/" + tool, "#!/bin/sh\nexec " + there.get() + " \"$@\"\n");
            }
        }
    }

    @Test
    void aJavaHomeThatIsNamedAndHoldsNoneIsSaidToBeSo() throws Exception {
        jdk("java", "25.0.1");

        assertThat(run(Map.of("NUAGES_JAVA_HOME", "/nonexistent", "JAVA_HOME", folder + "/java")))
                .isEqualTo(new Ended(1, "nuages: NUAGES_JAVA_HOME is /nonexistent, which holds no JDK 25.\n"));
    }

    @Test
    void withoutAJdk25ItIsSaidHowToGetOne() throws Exception {
        jdk("old", "21.0.9");
        Files.delete(jdk("usr/lib/jvm/runtime", "25.0.1").resolve("bin/javac"));

        Ended ended = run(Map.of("JAVA_HOME", folder + "/old"));

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said())
                .startsWith("nuages: needs a JDK 25, which is not here: install Temurin 25 from https://")
                .contains("set NUAGES_JAVA_HOME to it")
                .hasLineCount(1);
    }

    @Test
    void theOneThatIsNamedComesBeforeThatOfAllProgramsOfThePathAndOfTheUsualPlaces() throws Exception {
        List<Path> preferred = new ArrayList<>();
        for (String home : List.of("named", "java", "path", "usr/lib/jvm/jdk-25", ".jdks/jdk-25")) {
            preferred.add(jdk(home, "25.0.1"));
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "NUAGES_JAVA_HOME",
                preferred.get(0).toString(),
                "JAVA_HOME",
                preferred.get(1).toString(),
                "PATH",
                folder + "/bin:" + preferred.get(2) + "/bin"));

        assertBuiltBy(preferred.get(0), environment);
        environment.remove("NUAGES_JAVA_HOME");
        assertBuiltBy(preferred.get(1), environment);
        environment.remove("JAVA_HOME");
        assertBuiltBy(preferred.get(2), environment);
        environment.remove("PATH");
        assertBuiltBy(preferred.get(3), environment);
        Files.delete(preferred.get(3).resolve("release"));
        assertBuiltBy(preferred.get(4), environment);
    }

    @Test
    void whatABuildBySudoLeftIsSaidWithTheWayOut() throws Exception {
        write("cli/target/launch/lock", "");
        jdk("java", "25.0.1");
        assertThat(runs("chmod", "-R", "a+rX", folder.toString())).isTrue();
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        assumeTrue(
                runs("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true"),
                "needs root, whose files these are, and setpriv");

        Ended ended = run(nobody, Map.of("JAVA_HOME", folder + "/java"));

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said())
                .startsWith("nuages: " + folder + "/cli/target belongs to another user")
                .contains("sudo chown -R ")
                .hasLineCount(1);
    }

    @Test
    void theFoldersOfAdministratorsProgramsAreOnThePathOnce() throws Exception {
        jdk("java", "25.0.1");
        write("bin/mvn", "#!/bin/sh\necho \"path $PATH.\"\nexit 1\n");
        String usr = folder + "/usr";

        Ended ended = run(Map.of("JAVA_HOME", folder + "/java", "PATH", folder + "/bin:" + usr + "/sbin"));

        assertThat(ended.said()).contains("path " + folder + "/bin:" + usr + "/sbin:" + usr + "/local/sbin:/sbin.\n");
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    private void assertBuiltBy(Path home, Map<String, String> environment) throws Exception {
        Ended ended = run(environment);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said())
                .contains("built by " + home + "\n", "nuages: the build failed; all of it is in " + folder);
    }

    private Ended run(Map<String, String> environment) throws IOException, InterruptedException {
        return run(List.of(), environment);
    }

    private Ended run(List<String> before, Map<String, String> environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(folder + "/nuages", "version"));
        ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
        launcher.environment().clear();
        launcher.environment().putAll(Map.of("PATH", folder + "/bin", "HOME", folder.toString()));
        launcher.environment().putAll(environment);
        Process process = launcher.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private Path jdk(String home, String version) throws IOException {
        write(home + "/bin/javac", "");
        write(home + "/release", "JAVA_VERSION=\"" + version + "\"\n");
        return folder.resolve(home);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
