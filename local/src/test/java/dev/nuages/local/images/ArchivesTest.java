package dev.nuages.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of all that was ever built. */
class ArchivesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void of_each_image_the_three_that_were_used_last_are_kept() throws IOException {
        archive("operator-000000000000000a.tar", 5);
        archive("operator-000000000000000b.tar", 1);
        archive("operator-000000000000000c.tar", 4);
        archive("operator-000000000000000d.tar", 2);
        archive("operator-000000000000000e.tar", 3);
        archive("mysite-1.0-000000000000000a.tar", 9);
        archive("mysite-1.1-000000000000000a.tar", 9);
        assertThat(new Archives(folder).outlived())
                .extracting(Archives::key)
                .containsExactly("000000000000000a", "000000000000000c");
    }

    @Test
    void one_that_is_used_again_is_the_last() throws IOException {
        for (int i = 0; i < 4; i++) {
            archive("operator-000000000000000" + i + ".tar", 10 - i);
        }
        var archives = new Archives(folder);
        archives.used(folder.resolve("operator-0000000000000000.tar"), NOW);
        assertThat(archives.outlived()).containsExactly(folder.resolve("operator-0000000000000001.tar"));
    }

    @Test
    void what_is_unfinished_or_no_archive_is_left_alone() throws IOException {
        for (int i = 0; i < 4; i++) {
            archive(".operator-000000000000000" + i + ".tar", i);
            archive("operator-" + i + ".tar", i);
        }
        Files.createDirectories(folder.resolve("storage"));
        assertThat(new Archives(folder).outlived()).isEmpty();
    }

    private void archive(String name, int hoursAgo) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "");
        new Archives(folder).used(file, NOW.minusSeconds(3600L * hoursAgo));
    }
}
