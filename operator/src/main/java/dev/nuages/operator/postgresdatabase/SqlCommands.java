package dev.nuages.operator.postgresdatabase;

import dev.nuages.core.PasswordRef;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.SqlCommand;
import dev.nuages.operator.Refusal;
import dev.nuages.operator.SecretTexts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.postgresql.PGConnection;

/**
 * Carries out what plans want of PostgreSQL servers. Every command may be repeated, also when it is not known whether
 * it was done because the connection broke.
 */
public final class SqlCommands {
    private static final String DUPLICATE_OBJECT = "42710";
    private static final String DUPLICATE_DATABASE = "42P04";
    private static final String UNIQUE_VIOLATION = "23505";

    private final SecretTexts secrets;
    private final PostgresConnections connections;

    /**
     * @param route the way from here to a server of this address: the address itself inside of the cluster
     */
    public SqlCommands(SecretTexts secrets, UnaryOperator<PostgresAddress> route) {
        this.secrets = secrets;
        this.connections = new PostgresConnections(secrets, route);
    }

    /**
     * Does it now.
     *
     * @throws Refusal with what the server said, where it could not be done
     */
    public void run(PostgresAddress server, SqlCommand command) {
        try {
            switch (command) {
                case SqlCommand.CreateRole(var role, var owner, var password) ->
                    createRole(server, role, owner, password);
                case SqlCommand.SetPassword(var role, var password) -> setPassword(server, role, password);
                case SqlCommand.CreateDatabase(var database, var role) -> createDatabase(server, database, role);
                case SqlCommand.SetOwner(var database, var role) ->
                    execute(
                            server,
                            PostgresConnections.ADMIN_DATABASE,
                            "ALTER DATABASE %s OWNER TO %s",
                            database,
                            role);
                case SqlCommand.CreateExtension(var database, var extension) ->
                    createExtension(server, database, extension);
                case SqlCommand.DropDatabase(var database, var id) -> dropDatabase(server, database, id);
                case SqlCommand.DropRole(var role) ->
                    execute(server, PostgresConnections.ADMIN_DATABASE, "DROP ROLE IF EXISTS %s", role);
            }
        } catch (SQLException e) {
            throw new Refusal(
                    PostgresConnections.isUnreachable(e) ? "ServerUnreachable" : "DatabaseRefused",
                    PostgresConnections.sentence(server, e));
        }
    }

    private void createRole(PostgresAddress server, String role, String owner, PasswordRef password)
            throws SQLException {
        var text = secrets.password(password);
        try (var connection = connections.asAdmin(server, PostgresConnections.ADMIN_DATABASE)) {
            connection.setAutoCommit(false);
            execute(
                    connection,
                    "CREATE ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
                    role);
            execute(connection, "COMMENT ON ROLE %s IS " + literal(connection, owner), role);
            alterPassword(connection, role, text);
            connection.commit();
        } catch (SQLException e) {
            // Made meanwhile, by us or by another: the next look at the server tells which.
            if (!DUPLICATE_OBJECT.equals(e.getSQLState()) && !UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    /** A role is let in by its password only where it may log in at all, and for as long as that counts. */
    private void setPassword(PostgresAddress server, String role, PasswordRef password) throws SQLException {
        var text = secrets.password(password);
        try (var connection = connections.asAdmin(server, PostgresConnections.ADMIN_DATABASE)) {
            execute(connection, "ALTER ROLE %s LOGIN VALID UNTIL 'infinity'", role);
            alterPassword(connection, role, text);
        }
    }

    /** Sends a verifier made here: a server that logs its statements never sees the password. */
    private static void alterPassword(Connection connection, String role, String password) throws SQLException {
        connection.unwrap(PGConnection.class).alterUserPassword(role, password.toCharArray(), "scram-sha-256");
    }

    /**
     * Until nobody but its owner may connect, nobody may: one that was left half made can be told by that, and is
     * finished the next time.
     */
    private void createDatabase(PostgresAddress server, String database, String role) throws SQLException {
        try (var connection = connections.asAdmin(server, PostgresConnections.ADMIN_DATABASE)) {
            try {
                execute(connection, "CREATE DATABASE %s OWNER %s ALLOW_CONNECTIONS false", database, role);
            } catch (SQLException e) {
                if (!DUPLICATE_DATABASE.equals(e.getSQLState()) && !UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    throw e;
                }
                if (!isHalfMade(connection, database, role)) {
                    return;
                }
            }
            execute(connection, "REVOKE ALL ON DATABASE %s FROM PUBLIC", database);
            execute(connection, "ALTER DATABASE %s ALLOW_CONNECTIONS true", database);
        }
    }

    /** Where applications look for what it brings; an extension that has a schema of its own makes that. */
    private void createExtension(PostgresAddress server, String database, String extension) throws SQLException {
        try (var connection = connections.asAdmin(server, database)) {
            execute(connection, "SET search_path = public");
            execute(connection, "CREATE EXTENSION IF NOT EXISTS %s", extension);
        }
    }

    private void dropDatabase(PostgresAddress server, String database, String id) throws SQLException {
        try (var connection = connections.asAdmin(server, PostgresConnections.ADMIN_DATABASE)) {
            if (JdbcDatabaseProbe.id(connection, database).filter(id::equals).isPresent()) {
                execute(connection, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database);
            }
        }
    }

    private static boolean isHalfMade(Connection connection, String database, String role) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT 1 FROM pg_database"
                + " WHERE datname = ? AND NOT datallowconn AND pg_get_userbyid(datdba) = ?")) {
            statement.setString(1, database);
            statement.setString(2, role);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private void execute(PostgresAddress server, String database, String sql, String... identifiers)
            throws SQLException {
        try (var connection = connections.asAdmin(server, database)) {
            execute(connection, sql, identifiers);
        }
    }

    /** Puts names into a statement, each quoted by the driver. */
    private static void execute(Connection connection, String sql, String... identifiers) throws SQLException {
        var driver = connection.unwrap(PGConnection.class);
        var quoted = new Object[identifiers.length];
        for (int i = 0; i < identifiers.length; i++) {
            quoted[i] = driver.escapeIdentifier(identifiers[i]);
        }
        try (var statement = connection.createStatement()) {
            // A literal that was put in before may hold a percent sign; it was doubled then.
            statement.execute(sql.formatted(quoted));
        }
    }

    private static String literal(Connection connection, String text) throws SQLException {
        var escaped = connection.unwrap(PGConnection.class).escapeLiteral(text);
        return "'" + escaped.replace("%", "%%") + "'";
    }
}
