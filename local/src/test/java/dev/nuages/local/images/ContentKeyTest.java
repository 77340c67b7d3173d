package dev.nuages.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentKeyTest {
    @TempDir
    Path folder;

    @BeforeEach
    void aRecipe() throws IOException {
        write("recipe/Dockerfile", "FROM scratch");
    }

    @Test
    void the_same_files_elsewhere_and_later_have_the_same_key() throws IOException {
        Path copy = write("copy/Dockerfile", "FROM scratch");
        Files.setLastModifiedTime(copy, FileTime.from(Instant.EPOCH));

        assertThat(key(Image.of("sky", "1", folder.resolve("copy")))).isEqualTo(key(image()));
    }

    @Test
    void a_key_is_sixteen_hexadecimal_digits() throws IOException {
        assertThat(key(image())).matches("[0-9a-f]{16}");
    }

    @Test
    void a_changed_added_renamed_or_executable_file_changes_the_key() throws IOException {
        String before = key(image());
        Path added = write("recipe/start", "one");
        String afterAdding = key(image());
        write("recipe/start", "two");
        String afterChanging = key(image());
        assertThat(added.toFile().setExecutable(true)).isTrue();
        String afterMakingExecutable = key(image());
        Files.move(added, folder.resolve("recipe/begin"));

        assertThat(List.of(before, afterAdding, afterChanging, afterMakingExecutable, key(image())))
                .doesNotHaveDuplicates();
    }

    @Test
    void where_one_file_ends_and_the_next_begins_matters() throws IOException {
        write("recipe/a", "xy");
        write("recipe/b", "");
        String before = key(image());
        write("recipe/a", "x");
        write("recipe/b", "y");

        assertThat(key(image())).isNotEqualTo(before);
    }

    @Test
    void what_dockerignore_names_does_not_matter() throws IOException {
        write("recipe/.dockerignore", "# comment\ntests\n**/__pycache__\n");
        String before = key(image());
        write("recipe/tests/test_sky.py", "1");
        write("recipe/__pycache__/a.pyc", "1");
        write("recipe/app/__pycache__/b.pyc", "1");

        assertThat(key(image())).isEqualTo(before);
    }

    @Test
    void what_is_asked_of_the_cluster_is_not_in_the_examples_image() throws IOException {
        assertThat(RecipeFolder.files(Path.of("../examples/mysite")).keySet())
                .contains("manage.py", "requirements.txt")
                .noneMatch(file -> file.endsWith(".yaml"));
    }

    @Test
    void a_changed_input_or_build_argument_changes_the_key() throws IOException {
        Path input = write("input.bin", "1");
        Image with = image().with(List.of(input), Image.Context.RECIPE_ONLY);
        String before = key(with);
        write("input.bin", "2");

        assertThat(key(with)).isNotEqualTo(before);
        assertThat(key(image().with(Map.of("VERSION", "1.0"))))
                .isNotEqualTo(key(image().with(Map.of("VERSION", "1.1"))));
    }

    @Test
    void a_jar_is_told_by_what_is_in_it_and_not_by_when_it_was_packed() throws IOException {
        Image with = image().with(List.of(folder.resolve("input.jar")), Image.Context.RECIPE_ONLY);
        pack("Sky.class", "1", Instant.parse("2026-01-01T00:00:00Z"));
        String before = key(with);
        pack("Sky.class", "1", Instant.parse("2026-02-02T00:00:00Z"));
        String packedAgain = key(with);
        pack("Sky.class", "2", Instant.parse("2026-02-02T00:00:00Z"));
        String changed = key(with);
        pack("Cloud.class", "2", Instant.parse("2026-02-02T00:00:00Z"));

        assertThat(packedAgain).isEqualTo(before);
        assertThat(List.of(before, changed, key(with))).doesNotHaveDuplicates();
    }

    private void pack(String entry, String content, Instant when) throws IOException {
        try (var jar = new ZipOutputStream(Files.newOutputStream(folder.resolve("input.jar")))) {
            jar.putNextEntry(new ZipEntry(entry).setLastModifiedTime(FileTime.from(when)));
            jar.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_change_of_the_parent_changes_the_key() throws IOException {
        write("ground/Dockerfile", "FROM scratch");
        Image parent = Image.of("ground", "1", folder.resolve("ground"));
        String before = key(image().on(parent));
        write("ground/Dockerfile", "FROM scratch\nENV A=b");

        assertThat(key(image().on(parent))).isNotEqualTo(before).isNotEqualTo(key(image()));
    }

    @Test
    void an_image_tagged_by_content_is_called_by_its_key() throws IOException {
        Image byContent = Image.of("sky", Image.BY_CONTENT, folder.resolve("recipe"));
        ContentKey key = ContentKey.of(byContent);

        assertThat(byContent.ref(key)).isEqualTo("nuages.local/sky:" + key.value());
        assertThat(image().ref(key)).isEqualTo("nuages.local/sky:1");
    }

    private Image image() {
        return Image.of("sky", "1", folder.resolve("recipe"));
    }

    private static String key(Image image) throws IOException {
        return ContentKey.of(image).value();
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, content);
    }
}
