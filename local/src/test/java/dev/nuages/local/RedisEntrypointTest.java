package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What starts the image {@code redis:7}, with a server that only says what it is called with. */
class RedisEntrypointTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void programs() throws IOException {
        program("redis-server", "echo redis-server \"$@\"");
        program("id", "echo 999");
    }

    @Test
    @DisplayName("protected mode is off with any arguments, as in the official image")
    void open() throws Exception {
        assertThat(started()).isEqualTo("redis-server --protected-mode no");
        assertThat(started("redis-server")).isEqualTo("redis-server --protected-mode no");
        assertThat(started("redis-server", "--appendonly", "yes"))
                .isEqualTo("redis-server --protected-mode no --appendonly yes");
        assertThat(started("--appendonly", "yes")).isEqualTo("redis-server --protected-mode no --appendonly yes");
    }

    @Test
    @DisplayName("a configuration file stays the first argument")
    void file() throws Exception {
        Path conf = Files.writeString(folder.resolve("redis.conf"), "appendonly yes\n# protected-mode yes\n");
        assertThat(started("redis-server", conf.toString(), "--port", "7000"))
                .isEqualTo("redis-server " + conf + " --protected-mode no --port 7000");
        assertThat(started(conf.toString())).isEqualTo("redis-server " + conf + " --protected-mode no");
    }

    @Test
    @DisplayName("what one says of it holds, as an option or in the file")
    void said() throws Exception {
        assertThat(started("redis-server", "--port", "7000", "--protected-mode", "yes"))
                .isEqualTo("redis-server --port 7000 --protected-mode yes");
        Path conf = Files.writeString(folder.resolve("redis.conf"), "port 7000\nprotected-mode yes\n");
        assertThat(started("redis-server", conf.toString())).isEqualTo("redis-server " + conf);
    }

    @Test
    @DisplayName("what only tells something, and another program, is called as it was said")
    void other() throws Exception {
        assertThat(started("redis-server", "--version")).isEqualTo("redis-server --version");
        assertThat(started("echo", "--protected")).isEqualTo("--protected");
    }

    private String started(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                Path.of("images/redis/docker-entrypoint.sh").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return Command.run(command, folder, Map.of("PATH", folder + ":" + System.getenv("PATH")), line -> {});
    }

    private void program(String name, String does) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + does + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
