package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubectlCommandTest {
    @TempDir
    private Path folder;

    @Test
    void whoEndsUsEndsKubectlToo() throws Exception {
        Path kubectl = Files.writeString(folder.resolve("kubectl"), "#!/bin/sh\necho $$\nexec sleep 300\n");
        assertThat(kubectl.toFile().setExecutable(true)).isTrue();
        Process ours = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Caller.class.getName(),
                        kubectl.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(ours.inputReader().readLine())).orElseThrow();

        try {
            ours.destroy();
            child.onExit().get(30, TimeUnit.SECONDS);
        } finally {
            child.destroyForcibly();
            ours.destroyForcibly();
        }
        assertThat(child.isAlive()).isFalse();
    }

    static final class Caller {
        private Caller() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            System.exit(KubectlCommand.run(Path.of(arguments[0]), Path.of("/nowhere"), List.of()));
        }
    }
}
