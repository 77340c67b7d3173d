package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MountsTest {
    @Test
    @DisplayName("the innermost comes first, and a folder whose name only begins alike is another")
    void below() {
        String table = """
                proc /proc proc rw 0 0
                tmpfs /home/nuages tmpfs rw 0 0
                overlay /home/nuages/run/rootfs overlay rw 0 0
                shm /home/nuages/run/rootfs/dev/shm tmpfs rw 0 0
                tmpfs /home/nuages-of-another/run tmpfs rw 0 0
                """;

        assertThat(Mounts.below(Path.of("/home/nuages"), table))
                .containsExactly("/home/nuages/run/rootfs/dev/shm", "/home/nuages/run/rootfs");
    }

    @Test
    @DisplayName("a space is one, which the kernel writes by its number, and so is a backslash")
    void escaped() {
        String table = """
                tmpfs /home/my\\040nuages/run tmpfs rw 0 0
                tmpfs /home/my\\040nuages/a\\134b tmpfs rw 0 0
                """;

        assertThat(Mounts.below(Path.of("/home/my nuages"), table))
                .containsExactly("/home/my nuages/run", "/home/my nuages/a\\b");
    }
}
