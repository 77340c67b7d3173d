package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nuages.local.ContainerImages.Stored;
import dev.nuages.local.images.ImageArchive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerImagesTest {
    private static final Stored OLD = ours("nuages.local/operator:old", "sha256:d1");
    private static final Stored NEW = ours("nuages.local/operator:new", "sha256:d2");
    private static final Stored OLD_ID = theirs("sha256:i1", "sha256:d1");
    private static final Stored NEW_ID = theirs("sha256:i2", "sha256:d2");

    @Test
    @DisplayName("a newer content replaces the older, by name and by id")
    void replaced() {
        assertThat(ContainerImages.replaced(List.of(OLD, NEW, OLD_ID, NEW_ID), Set.of(NEW.name()), Set.of()))
                .containsExactly("nuages.local/operator:old", "sha256:i1");
    }

    @Test
    @DisplayName("what a pod runs stays, by whichever name it is known")
    void used() {
        List<Stored> all = List.of(OLD, NEW, OLD_ID, NEW_ID);

        assertThat(ContainerImages.replaced(all, Set.of(NEW.name()), Set.of("sha256:i1")))
                .isEmpty();
        assertThat(ContainerImages.replaced(all, Set.of(NEW.name()), Set.of(OLD.name())))
                .isEmpty();
    }

    @Test
    @DisplayName("what a name stood for before it was given to a newer content goes")
    void renamed() {
        Stored site = ours("nuages.local/mysite:1.0", "sha256:d2");

        assertThat(ContainerImages.replaced(List.of(site, OLD_ID, NEW_ID), Set.of(site.name()), Set.of()))
                .containsExactly("sha256:i1");
    }

    @Test
    @DisplayName("other versions that are needed, and other repositories, stay")
    void others() {
        Stored one = ours("nuages.local/mysite:1.0", "sha256:d1");
        Stored two = ours("nuages.local/mysite:1.1", "sha256:d2");
        Stored another = ours("nuages.local/another:1", "sha256:d3");

        assertThat(ContainerImages.replaced(List.of(one, two, another), Set.of(one.name(), two.name()), Set.of()))
                .isEmpty();
    }

    @Test
    @DisplayName("a version that the user has put there himself is his")
    void theUsers() {
        Stored needed = ours("nuages.local/mysite:1.0", "sha256:d1");
        Stored his = theirs("nuages.local/mysite:2.0", "sha256:d2");

        assertThat(ContainerImages.replaced(List.of(needed, his, NEW_ID), Set.of(needed.name()), Set.of()))
                .isEmpty();
    }

    @Test
    @DisplayName("the table of ctr is read by its columns")
    void table() {
        List<String> table = """
                REF                 TYPE                              DIGEST    SIZE      PLATFORMS   LABELS
                nuages.local/redis:7 application/vnd.docker+json      sha256:d1 81.8 MiB  linux/amd64 io.cri-containerd.image=managed,nuages.dev/content=1f
                sha256:i1            application/vnd.docker+json      sha256:d1 81.8 MiB  linux/amd64 io.cri-containerd.image=managed
                """.lines().toList();

        assertThat(ContainerImages.parse(table))
                .containsExactly(ours("nuages.local/redis:7", "sha256:d1"), theirs("sha256:i1", "sha256:d1"));
    }

    @Test
    @DisplayName("an image's id is that of its configuration, which its archive names")
    void id(@TempDir Path folder) throws Exception {
        assertThat(ContainerImages.id(archive(folder, "29ec"))).isEqualTo("sha256:29ec");

        Path none = Files.write(folder.resolve("none.tar"), new byte[10240]);
        assertThatThrownBy(() -> ContainerImages.id(new ImageArchive("a:1", none, "0123456789abcdef")))
                .isInstanceOf(LocalClusterException.class)
                .hasMessageStartingWith("Image a:1 is not to be read: ")
                .hasMessageContaining("manifest.json");
    }

    @Test
    @DisplayName("what was built of the same recipe a second time is another image, and not there yet")
    void builtAgain(@TempDir Path folder) throws Exception {
        List<String> table = List.of(
                "REF TYPE DIGEST SIZE PLATFORMS LABELS",
                "a:1 application/vnd.docker+json sha256:d1 81.8 MiB linux/amd64 nuages.dev/content=29ec",
                "b:1 application/vnd.docker+json sha256:d2 81.8 MiB linux/amd64 nuages.dev/content=77aa");

        assertThat(ContainerImages.isStored(table, archive(folder, "29ec"))).isTrue();
        assertThat(ContainerImages.isStored(table, archive(folder, "77aa"))).isFalse();
    }

    /** Of a key that is always the same, behind a layer that fills no whole number of blocks. */
    private static ImageArchive archive(Path folder, String id) throws Exception {
        Files.write(folder.resolve("layer.tar"), new byte[5000]);
        Files.writeString(
                folder.resolve("manifest.json"), "[{\"Config\":\"%s.json\",\"RepoTags\":[\"a:1\"]}]".formatted(id));
        Path archive = folder.resolve("image.tar");
        Command.run(List.of(
                "tar",
                "--create",
                "--file",
                archive.toString(),
                "-C",
                folder.toString(),
                "layer.tar",
                "manifest.json"));
        return new ImageArchive("a:1", archive, "0123456789abcdef");
    }

    private static Stored ours(String name, String digest) {
        return new Stored(name, digest, true);
    }

    private static Stored theirs(String name, String digest) {
        return new Stored(name, digest, false);
    }
}
