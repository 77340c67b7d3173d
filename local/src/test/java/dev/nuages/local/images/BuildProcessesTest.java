package dev.nuages.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildProcessesTest {
    @TempDir
    Path home;

    @Test
    @DisplayName("a build whose command line was killed is ended; others go on")
    void orphans() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        BuildProcesses processes = new BuildProcesses(home);
        Process orphan = sleep(processes.environment(ended.pid()));
        Process mine = sleep(processes.environment());
        Process ofAnotherHome = sleep(new BuildProcesses(home.resolve("another")).environment(ended.pid()));
        try {
            processes.endOrphans();

            assertThat(orphan.isAlive()).isFalse();
            assertThat(mine.isAlive()).isTrue();
            assertThat(ofAnotherHome.isAlive()).isTrue();
        } finally {
            mine.destroyForcibly();
            ofAnotherHome.destroyForcibly();
        }
    }

    private static Process sleep(Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "600");
        builder.environment().putAll(environment);
        return builder.start();
    }
}
