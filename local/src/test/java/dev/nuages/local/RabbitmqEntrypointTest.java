package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes before the server in the image {@code rabbitmq:3-management}, here before a program that shows its variables. */
class RabbitmqEntrypointTest {
    @TempDir
    private Path folder;

    @Test
    @DisplayName("what is given by file is read, and whoever comes after it sees no file")
    void files() throws Exception {
        Path user = Files.writeString(folder.resolve("user"), "ann\n");
        Path password = Files.writeString(folder.resolve("password"), "a \"secret\" of $1\n");

        assertThat(variables(Map.of(
                        "RABBITMQ_DEFAULT_USER_FILE", user.toString(),
                        "RABBITMQ_DEFAULT_PASS_FILE", password.toString(),
                        "RABBITMQ_DEFAULT_VHOST", "shop")))
                .contains(
                        "RABBITMQ_DEFAULT_USER=ann",
                        "RABBITMQ_DEFAULT_PASS=a \"secret\" of $1",
                        "RABBITMQ_DEFAULT_VHOST=shop")
                .noneMatch(line -> line.matches(".*_FILE=.*"));
    }

    @Test
    @DisplayName("a file that is not there is no empty password")
    void missingFile() {
        assertThatThrownBy(() -> variables(Map.of("RABBITMQ_DEFAULT_PASS_FILE", "/nowhere")))
                .hasMessageContaining("/nowhere");
    }

    private List<String> variables(Map<String, String> environment) throws Exception {
        return Command.run(
                        List.of("bash", "images/rabbitmq/docker-entrypoint.sh", "sh", "-c", "env | grep ^RABBITMQ_"),
                        null,
                        environment,
                        line -> {})
                .lines()
                .toList();
    }
}
