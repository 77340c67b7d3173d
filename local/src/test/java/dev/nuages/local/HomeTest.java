package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path folder;

    @Test
    void whatLinksLeadToIsTheFolderAlsoWhereItsInnerPartIsNotThereYet() throws IOException {
        Path disk = Files.createDirectory(folder.toRealPath().resolve("disk"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), disk);

        assertThat(of(link)).isEqualTo(disk);
        assertThat(of(link.resolve("not/yet"))).isEqualTo(disk.resolve("not/yet"));
        assertThat(of(Path.of("/not/yet"))).isEqualTo(Path.of("/not/yet"));
    }

    private static Path of(Path named) {
        return Home.of(Map.of("NUAGES_HOME", named.toString())).root();
    }
}
