package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes the database in the image {@code postgres:15}, with this machine's PostgreSQL. */
@Tag("control-plane")
class PostgresEntrypointTest {
    private static final String BIN = "/usr/lib/postgresql/15/bin";

    @TempDir
    private Path folder;

    private Path entrypoint;

    @BeforeEach
    void readableByPostgres() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        entrypoint = Files.copy(Path.of("images/postgres/docker-entrypoint.sh"), folder.resolve("entrypoint"));
        Files.setPosixFilePermissions(entrypoint, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    @DisplayName("initdb gets what POSTGRES_INITDB_ARGS says, as words of a shell, and names are read from files")
    void arguments() throws Exception {
        Path user = Files.writeString(folder.resolve("user"), "ann\n");
        Path database = Files.writeString(folder.resolve("database"), "a \"site\"\n");

        String said = setting(
                "data_checksums",
                Map.of(
                        "POSTGRES_USER_FILE",
                        user.toString(),
                        "POSTGRES_DB_FILE",
                        database.toString(),
                        "POSTGRES_PASSWORD",
                        "secret",
                        "POSTGRES_INITDB_ARGS",
                        "--data-checksums --auth-host='scram-sha-256' -N"));

        assertThat(said).endsWith("\non");
        assertThat(access()).endsWith("host all all all scram-sha-256");
        assertThat(sql("SELECT rolname FROM pg_roles")).contains("rolname = \"ann\"");
        assertThat(sql("SELECT datname FROM pg_database")).contains("datname = \"a \"site\"\"");
    }

    @Test
    @DisplayName("without a password there is a database only for those who trust everybody")
    void trust() throws Exception {
        assertThatThrownBy(() -> setting("data_checksums", Map.of("POSTGRES_INITDB_ARGS", "-N")))
                .hasMessageContaining("set POSTGRES_PASSWORD");

        assertThat(setting(
                        "data_checksums", Map.of("POSTGRES_INITDB_ARGS", "-N", "POSTGRES_HOST_AUTH_METHOD", "trust")))
                .endsWith("\noff");
        assertThat(access()).endsWith("host all all all trust");
        assertThat(access().lines().filter(line -> line.startsWith("host ")))
                .as("also from the pod itself, which the first lines are for")
                .allMatch(line -> line.endsWith(" trust"))
                .anyMatch(line -> line.contains("127.0.0.1/32"));
    }

    @Test
    @DisplayName("a start that was interrupted amid its moves is gone on with")
    void interruptedMoves() throws Exception {
        setting("data_checksums", Map.of("POSTGRES_PASSWORD", "secret", "POSTGRES_INITDB_ARGS", "--data-checksums -N"));
        Path data = folder.resolve("data");
        Files.createDirectory(data.resolve("unfinished"));
        Files.move(data.resolve("global"), data.resolve("unfinished/global"));
        Files.move(data.resolve("PG_VERSION"), data.resolve(".PG_VERSION"));

        assertThat(setting("data_checksums", Map.of("POSTGRES_PASSWORD", "secret")))
                .isEqualTo("on");
        assertThat(data.resolve("unfinished")).doesNotExist();
        assertThat(sql("SELECT rolname FROM pg_roles")).contains("rolname = \"postgres\"");

        Files.move(data.resolve("PG_VERSION"), data.resolve(".PG_VERSION"));
        assertThat(setting("data_checksums", Map.of()))
                .as("after the last move but one")
                .isEqualTo("on");
    }

    @Test
    @DisplayName("what only tells something needs no password, and makes no database")
    void told() throws Exception {
        assertThat(started(Map.of(), "--version")).startsWith("postgres (PostgreSQL) 15");
        assertThat(started(Map.of(), "postgres", "--help")).contains("PostgreSQL home page");
        assertThat(started(Map.of(), "postgres", "--describe-config")).contains("\t");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    @DisplayName("a file that is not there is no empty value")
    void missingFile() {
        assertThatThrownBy(() -> setting(
                        "data_checksums", Map.of("POSTGRES_USER_FILE", "/nowhere", "POSTGRES_PASSWORD", "secret")))
                .hasMessageContaining("/nowhere");
        assertThat(folder.resolve("data/PG_VERSION")).doesNotExist();
    }

    /** Makes the database, and ends with all that was printed and a setting of the server's. */
    private String setting(String name, Map<String, String> environment) throws Exception {
        return started(environment, "postgres", "-C", name);
    }

    private String started(Map<String, String> environment, String... arguments) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("PGDATA", folder.resolve("data").toString());
        all.put("PATH", BIN + ":" + System.getenv("PATH"));
        List<String> command = new ArrayList<>(List.of(entrypoint.toString()));
        command.addAll(List.of(arguments));
        return Command.run(command, folder, all, line -> {});
    }

    private String sql(String statement) throws Exception {
        return Command.run(
                List.of(
                        "sh",
                        "-c",
                        "echo \"$1\" | setpriv --reuid=postgres --regid=postgres --init-groups $2/postgres --single -D data postgres",
                        "sh",
                        statement,
                        BIN),
                folder,
                Map.of(),
                line -> {});
    }

    private String access() throws IOException {
        return Files.readString(folder.resolve("data/pg_hba.conf")).strip();
    }
}
