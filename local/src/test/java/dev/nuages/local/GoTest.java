package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoTest {
    @Test
    void thatOfThePathComesFirstAndThenWhereItIsUnpacked(@TempDir Path folder) throws IOException {
        Path there = Files.createFile(folder.resolve("go"));
        String path = "/var/empty:" + folder;
        assertThat(Go.program(path, there)).isEqualTo("go");
        assertThat(Go.program("/var/empty", there)).isEqualTo("go");

        assertThat(there.toFile().setExecutable(true)).isTrue();
        assertThat(Go.program(path, there)).isEqualTo("go");
        assertThat(Go.program("/var/empty", there)).isEqualTo(there.toString());
    }
}
