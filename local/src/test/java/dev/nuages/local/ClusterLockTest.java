package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.local.ClusterLock.Holder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLockTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("nobody is in the way of the first, nor of the next when he is done")
    void alone() throws IOException {
        List<Holder> inTheWay = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (ClusterLock _ = ClusterLock.take(new Home(folder), "up", inTheWay::add)) {
                assertThat(folder.resolve("lock")).exists();
            }
        }
        assertThat(inTheWay).isEmpty();
        assertThat(folder.resolve("lock")).hasContent(ProcessHandle.current().pid() + " up");
    }

    @Test
    @DisplayName("who comes second hears who was first and at what, and can end him")
    void second() throws IOException {
        Process other = holder();
        try (BufferedReader out = other.inputReader()) {
            assertThat(out.readLine()).isEqualTo("held");
            List<Holder> inTheWay = new ArrayList<>();

            try (ClusterLock _ = ClusterLock.take(new Home(folder), "down", holder -> {
                inTheWay.add(holder);
                other.destroy();
            })) {
                assertThat(inTheWay).containsExactly(new Holder(other.pid(), "up"));
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    @DisplayName("who waits for one that deletes all takes a lock that others see")
    void deleted() throws IOException {
        Process other = holder();
        try (BufferedReader out = other.inputReader()) {
            assertThat(out.readLine()).isEqualTo("held");

            try (ClusterLock _ = ClusterLock.take(new Home(folder), "up", holder -> {
                assertThat(folder.resolve("lock").toFile().delete()).isTrue();
                other.destroy();
            })) {
                assertThat(folder.resolve("lock"))
                        .hasContent(ProcessHandle.current().pid() + " up");
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void whatIsNotAHolderIsNobodyToEnd() {
        assertThat(Holder.parse("")).isEqualTo(new Holder(0, "something"));
        assertThat(Holder.parse("x up")).isEqualTo(new Holder(0, "something"));
        assertThat(Holder.parse("12 up\n")).isEqualTo(new Holder(12, "up"));
    }

    /** Another process that works on the cluster until it is ended. */
    private Process holder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Takes the lock, says so, and keeps it. */
    static final class LockHolder {
        private LockHolder() {}

        @SuppressWarnings("unused") // started by its name
        public static void main(String[] arguments) throws IOException {
            try (ClusterLock _ = ClusterLock.take(new Home(Path.of(arguments[0])), "up", holder -> {})) {
                System.out.println("held");
                int ended = System.in.read();
                System.out.println(ended);
            }
        }
    }
}
