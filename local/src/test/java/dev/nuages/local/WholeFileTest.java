package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @Test
    void aFinishedFileTakesThePlaceOfTheFormer(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "former");
        WholeFile.put(Files.writeString(folder.resolve(".file"), "next"), file);
        assertThat(file).hasContent("next");
        assertThat(folder.resolve(".file")).doesNotExist();
    }
}
