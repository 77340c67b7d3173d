package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeardownTest {
    @TempDir
    Path folder;

    @Test
    void purgeDeletesTheFolderWithAllThatNuagesMadeInIt() throws Exception {
        Home home = used(folder.resolve("nuages"));

        Teardown.purge(home);

        assertThat(home.root()).doesNotExist();
    }

    @Test
    void purgeLetsWhatOthersHaveInTheFolderBe() throws Exception {
        Home home = used(folder.resolve("shared"));
        List<Path> others = List.of(
                written(home.root().resolve("thesis.txt")), written(home.root().resolve("cache/pip/wheel")));

        Teardown.purge(home);

        assertThat(home.parts()).allSatisfy(part -> assertThat(part).doesNotExist());
        assertThat(others).allSatisfy(other -> assertThat(other).hasContent("written"));
    }

    private static Home used(Path root) throws IOException {
        Home home = new Home(root);
        for (String file : List.of(
                "cache/bin/etcd-0", "cache/images/base.tar", "cluster/etcd/db", "logs/up.log", "dev/hosts", "lock")) {
            written(root.resolve(file));
        }
        return home;
    }

    private static Path written(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "written");
    }
}
