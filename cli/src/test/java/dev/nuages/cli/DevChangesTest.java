package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DevChangesTest {
    private static final Duration QUIET = Duration.ofSeconds(1);

    @TempDir
    Path root;

    private Path source;
    private Path compiled;

    @BeforeEach
    void folders() throws IOException {
        source = Files.createDirectories(root.resolve("core/src/main/java")).resolve("Plan.java");
        compiled = Files.createDirectories(root.resolve("core/target/classes")).resolve("Plan.class");
    }

    @Test
    void aSourceThatIsSavedWhileItCompilesIsCompiledToo() throws Exception {
        try (DevChanges changes = new DevChanges(root)) {
            Files.writeString(source, "1");
            DevChanges.Kind kind = changes.await(QUIET);
            assertThat(kind).isEqualTo(DevChanges.Kind.SOURCES);

            var compilations = new AtomicInteger();
            boolean compiles = changes.compiled(kind, QUIET, () -> {
                Files.writeString(compiled, "compiled");
                if (compilations.incrementAndGet() == 1) {
                    Files.writeString(source, "2");
                }
                return true;
            });

            assertThat(compiles).isTrue();
            assertThat(compilations).hasValue(2);
        }
    }

    @Test
    void whatDoesNotCompileIsNotTriedAgainByItself() throws Exception {
        try (DevChanges changes = new DevChanges(root)) {
            var compilations = new AtomicInteger();

            assertThat(changes.compiled(DevChanges.Kind.SOURCES, QUIET, () -> compilations.incrementAndGet() < 0))
                    .isFalse();
            assertThat(compilations).hasValue(1);
            assertThat(changes.compiled(DevChanges.Kind.CLASSES, QUIET, () -> false))
                    .isTrue();
        }
    }
}
