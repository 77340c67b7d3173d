package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.local.Home;
import dev.nuages.local.images.BuildProcesses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an operator that does nothing until it is ended. */
class DevOperatorTest {
    private static final String IDLE = """
            package dev.nuages.operator;
            public class Operator {
                public static void main(String[] args) throws InterruptedException {
                    new java.util.concurrent.CountDownLatch(1).await();
                }
            }
            """;

    @TempDir
    Path root;

    @BeforeEach
    void compile() throws Exception {
        Path classes = Files.createDirectories(root.resolve("operator/target/classes"));
        Path source = Files.writeString(root.resolve("Operator.java"), IDLE);
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), source.toString()))
                .isZero();
    }

    @Test
    void thatOfALoopThatRunsIsNoOrphan() {
        DevOperator operator = operator(root);
        operator.start();
        try {
            ProcessHandle started = operatorOf(ProcessHandle.current());
            assertThat(BuildProcesses.environment(started))
                    .contains("NUAGES_HTTP_PORT=0", "KUBECONFIG=" + root.resolve("kubeconfig"));

            processes().endOrphans();
            assertThat(started.isAlive()).isTrue();

            operator.stop();
            assertThat(started.isAlive()).isFalse();
        } finally {
            operator.stop();
        }
    }

    @Test
    void thatOfALoopThatWasKilledIsEnded() throws Exception {
        Process loop = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loop.class.getName(),
                        root.toString())
                .start();
        assertThat(loop.inputReader().readLine()).isEqualTo("started");
        ProcessHandle orphan = operatorOf(loop.toHandle());
        loop.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();

        processes().endOrphans();

        assertThat(orphan.isAlive()).isFalse();
    }

    @Test
    void itsLibrariesOutliveTheBuildThatTheyAreOf() throws Exception {
        Path built = Files.createDirectories(root.resolve("build/operator"));
        Path kept = Files.createDirectories(root.resolve("home/dev/lib"));
        Files.writeString(built.resolve("fresh.jar"), "");
        Files.writeString(kept.resolve("of-another-build.jar"), "");
        DevOperator operator = operator(root);

        operator.keepLibraries();
        Files.delete(built.resolve("fresh.jar"));

        assertThat(kept).isDirectoryNotContaining("glob:**of-another*").isDirectoryContaining("glob:**fresh.jar");
        operator.start();
        try {
            assertThat(operatorOf(ProcessHandle.current()).info().arguments().orElseThrow())
                    .anySatisfy(argument -> assertThat(argument).endsWith(":" + kept + "/*"));
        } finally {
            operator.stop();
        }
    }

    /** What {@code nuages dev} is, as far as this is about. */
    static final class Loop {
        private Loop() {}

        public static void main(String[] args) throws InterruptedException {
            operator(Path.of(args[0])).start();
            System.out.println("started");
            new CountDownLatch(1).await();
        }
    }

    private BuildProcesses processes() {
        return new BuildProcesses(home(root).root());
    }

    private static ProcessHandle operatorOf(ProcessHandle loop) {
        return loop.children()
                .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                        .contains("dev.nuages.operator.Operator"))
                .findFirst()
                .orElseThrow();
    }

    private static DevOperator operator(Path root) {
        var folders = new Folders(root, home(root), root.resolve("build"));
        return new DevOperator(folders, root.resolve("kubeconfig"), root.resolve("hosts"), 0, said -> {});
    }

    private static Home home(Path root) {
        return new Home(root.resolve("home"));
    }
}
