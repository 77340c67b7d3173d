package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrintedProgressTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    @DisplayName("without a terminal: a line as a step begins, and one as it ends, with its time")
    void plain() {
        try (PrintedProgress progress = progress(false)) {
            Progress.Step build = progress.begin("Build etcd");
            build.detail("12 packages compiled");
            now = now.plusSeconds(92);
            build.done("etcd-1f");
            progress.begin("Build pause").unchanged("built before");
            progress.say("By the way.");
        }

        assertThat(text(out).lines())
                .containsExactly(
                        "... Build etcd",
                        " ok Build etcd: etcd-1f (1m32s)",
                        "... Build pause",
                        "  = Build pause: built before (0.0s)",
                        "By the way.");
    }

    @Test
    @DisplayName("without a terminal: a step that runs long says so every 30 s, with its time and what it does")
    void reminding() {
        try (PrintedProgress progress = progress(false)) {
            Progress.Step etcd = progress.begin("Build etcd");
            after(29, progress);
            progress.begin("Build pause");
            after(1, progress);
            etcd.detail("12 packages compiled");
            after(28, progress);
            after(2, progress);
            etcd.done("etcd-1f");
            after(30, progress);
        }

        assertThat(text(out).lines())
                .containsExactly(
                        "... Build etcd",
                        "... Build pause",
                        "... Build etcd 30s",
                        "... Build etcd 1m00s: 12 packages compiled",
                        "... Build pause 31s",
                        " ok Build etcd: etcd-1f (1m00s)",
                        "... Build pause 1m01s");
        assertThat(text(log)).contains("2026-01-01T00:00:30Z ... Build etcd 30s");
    }

    private void after(int seconds, PrintedProgress progress) {
        now = now.plusSeconds(seconds);
        progress.remind();
    }

    @Test
    @DisplayName(
            "on a terminal: one live line, which the outcome replaces, and which is not wrapped however narrow it is")
    void live() {
        try (PrintedProgress progress = progress(true)) {
            progress.begin("Build etcd").done("etcd-1f");
        }

        assertThat(text(out))
                .isEqualTo("\u001b[?7l  .. Build etcd 0.0s\u001b[?7h\r\u001b[2K ok Build etcd: etcd-1f (0.0s)\n");
    }

    @Test
    @DisplayName("the live line says what the first step does, how many more there are, and is not long")
    void liveLine() {
        try (PrintedProgress progress = progress(false)) {
            var first = (PrintedProgress.PrintedStep) progress.begin("Build etcd");
            var second = (PrintedProgress.PrintedStep) progress.begin("Build pause");
            first.detail("12 packages compiled");

            assertThat(PrintedProgress.liveLine(java.util.List.of(first, second), now.plusSeconds(12)))
                    .isEqualTo("  .. Build etcd 12s (and 1 more): 12 packages compiled");
            first.detail("x".repeat(200));
            assertThat(PrintedProgress.liveLine(java.util.List.of(first), now))
                    .hasSize(100)
                    .endsWith("...");
        }
    }

    @Test
    @DisplayName("work that fails ends its step, and its sentence goes on")
    void failing() {
        try (PrintedProgress progress = progress(false)) {
            assertThatThrownBy(() -> progress.step("Start Kubernetes", step -> {
                        throw new java.io.IOException("no such file");
                    }))
                    .isInstanceOf(LocalClusterException.class)
                    .hasMessage("Start Kubernetes failed: no such file");
        }

        assertThat(text(out)).contains("  ! Start Kubernetes: no such file (0.0s)");
    }

    @Test
    @DisplayName("an outcome is told once, and the log has all of it with the time of day")
    void logged() {
        try (PrintedProgress progress = progress(false)) {
            Progress.Step step = progress.begin("Build etcd");
            step.done("etcd-1f");
            step.failed("too late");
        }

        assertThat(text(log).lines())
                .containsExactly(
                        "2026-01-01T00:00:00Z Build etcd ...", "2026-01-01T00:00:00Z  ok Build etcd: etcd-1f (0.0s)");
    }

    @Test
    void timesAreReadAtAGlance() {
        assertThat(PrintedProgress.elapsed(now, now.plusMillis(440))).isEqualTo("0.4s");
        assertThat(PrintedProgress.elapsed(now, now.plusSeconds(12))).isEqualTo("12s");
        assertThat(PrintedProgress.elapsed(now, now.plus(Duration.ofSeconds(285))))
                .isEqualTo("4m45s");
    }

    @Test
    @DisplayName("without a place for the log there is none, and all else is as usual")
    void unwritable(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (PrintedProgress progress = PrintedProgress.open(
                new PrintStream(out, true, StandardCharsets.UTF_8), false, file.resolve("up.log"))) {
            progress.say("Hello.");
        }

        assertThat(text(out)).isEqualTo("Hello.\n");
    }

    private PrintedProgress progress(boolean terminal) {
        return new PrintedProgress(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(log, true, StandardCharsets.UTF_8),
                terminal,
                () -> now);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
