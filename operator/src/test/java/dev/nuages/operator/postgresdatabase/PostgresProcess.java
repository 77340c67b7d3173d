package dev.nuages.operator.postgresdatabase;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL server of the test's own, from Debian's package, on a free loopback port. */
public record PostgresProcess(Path data, int port, String password) implements AutoCloseable {
    private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");

    /** One that believes everybody to be the administrator who says so: its password may be any. */
    public static PostgresProcess startTrustingItsAdministrator(Path folder) throws IOException {
        return start(folder, "any", """
                host all postgres 127.0.0.1/32 trust
                host all all 127.0.0.1/32 scram-sha-256
                """);
    }

    public static PostgresProcess start(Path folder, String password) throws IOException {
        return start(folder, password, "host all all 127.0.0.1/32 scram-sha-256\n");
    }

    private static PostgresProcess start(Path folder, String password, String access) throws IOException {
        var passwords = Files.writeString(folder.resolve("password"), password);
        var data = folder.resolve("data");
        run("chown", "-R", "postgres", folder.toString());
        asPostgres("initdb", "-D", data.toString(), "-A", "scram-sha-256", "--pwfile", passwords.toString(), "-N");
        Files.writeString(data.resolve("pg_hba.conf"), access);
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        asPostgres(
                "pg_ctl",
                "-D",
                data.toString(),
                "-w",
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off",
                "start");
        return new PostgresProcess(data, port, password);
    }

    /** The names of its databases. */
    public List<String> databases() throws SQLException {
        return names("SELECT datname FROM pg_database");
    }

    /** The names of its roles. */
    public List<String> roles() throws SQLException {
        return names("SELECT rolname FROM pg_roles");
    }

    /** Does as its administrator would. */
    public void execute(String... statements) throws SQLException {
        executeIn("postgres", statements);
    }

    public void executeIn(String database, String... statements) throws SQLException {
        try (var connection = connect(database);
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, "postgres", password);
    }

    private List<String> names(String query) throws SQLException {
        try (var connection = connect("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var names = new ArrayList<String>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }

    @Override
    public void close() throws IOException {
        asPostgres("pg_ctl", "-D", data.toString(), "-m", "immediate", "-w", "stop");
    }

    private static void asPostgres(String program, String... arguments) throws IOException {
        var command = new ArrayList<>(
                List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", BIN + "/" + program));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("failed: " + String.join(" ", command));
        }
    }
}
