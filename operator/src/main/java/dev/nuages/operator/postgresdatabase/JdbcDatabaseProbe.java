package dev.nuages.operator.postgresdatabase;

import dev.nuages.core.PasswordRef;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.operator.Refusal;
import dev.nuages.operator.SecretTexts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Looks into a PostgreSQL server as its administrator, and at its door as the role. */
public final class JdbcDatabaseProbe implements DatabaseProbe {
    private static final String INVALID_PASSWORD = "28P01";
    private static final String INVALID_AUTHORIZATION = "28000";
    private static final String TOO_MANY_CONNECTIONS = "53300";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final PostgresConnections connections;
    private final SecretTexts secrets;

    /**
     * @param route the way from here to a server of this address: the address itself inside of the cluster
     */
    public JdbcDatabaseProbe(SecretTexts secrets, UnaryOperator<PostgresAddress> route) {
        this.secrets = secrets;
        this.connections = new PostgresConnections(secrets, route);
    }

    @Override
    public Answer ask(PostgresAddress server, String role, String database, Optional<PasswordRef> password) {
        var text = password.flatMap(ref -> secrets.text(ref.namespace(), ref.secret(), ref.key()));
        try (var connection = connections.asAdmin(server, PostgresConnections.ADMIN_DATABASE)) {
            var madeFor = madeFor(connection, role);
            var place = place(connection, database);
            Optional<Role> found = Optional.empty();
            if (madeFor.isPresent()) {
                var door = place.filter(there -> !there.halfMade()).isPresent()
                        ? database
                        : PostgresConnections.ADMIN_DATABASE;
                var accepted = text.isPresent() && accepts(server, door, role, text.get());
                found = Optional.of(new Role(madeFor.get(), accepted));
            }
            return new Answered(
                    found,
                    place.isEmpty() ? Optional.empty() : Optional.of(at(place.get(), server, database)),
                    maxConnections(connection));
        } catch (SQLException e) {
            return new Unreachable(PostgresConnections.sentence(server, e));
        } catch (Refusal e) {
            return new Unreachable(e.sentence());
        }
    }

    /** Less those kept for superusers, and from PostgreSQL 16 on for roles with pg_use_reserved_connections. */
    private static int maxConnections(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END)
                        FROM pg_settings
                        WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
                        """)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static Optional<String> madeFor(Connection connection, String role) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = ?")) {
            statement.setString(1, role);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    private record Place(String id, String owner, boolean halfMade) {}

    private Database at(Place place, PostgresAddress server, String database) throws SQLException {
        return new Database(
                place.id(),
                place.owner(),
                place.halfMade(),
                place.halfMade() ? Collections.emptySortedSet() : extensions(server, database));
    }

    /** Which database has this name on the server, as {@link #ask} tells it. */
    static Optional<String> id(Connection connection, String database) throws SQLException {
        return place(connection, database).map(Place::id);
    }

    /** One that nobody may connect to is half made ({@link SqlCommands}). */
    private static Optional<Place> place(Connection connection, String database) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT oid, pg_get_userbyid(datdba), NOT datallowconn FROM pg_database WHERE datname = ?")) {
            statement.setString(1, database);
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                var oid = rows.getLong(1);
                return Optional.of(new Place(serverId(connection) + "/" + oid, rows.getString(2), rows.getBoolean(3)));
            }
        }
    }

    /** What tells one server from another that has its name later; where it may not be read, a word. */
    private static String serverId(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery(
                    "SELECT has_function_privilege('pg_catalog.pg_control_system()', 'execute')")) {
                if (!rows.next() || !rows.getBoolean(1)) {
                    return "server";
                }
            }
            try (var rows = statement.executeQuery("SELECT system_identifier FROM pg_control_system()")) {
                return rows.next() ? rows.getString(1) : "server";
            }
        }
    }

    private SortedSet<String> extensions(PostgresAddress server, String database) throws SQLException {
        var names = new TreeSet<String>();
        try (var connection = connections.asAdmin(server, database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT extname FROM pg_extension")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private boolean accepts(PostgresAddress server, String database, String role, String password) throws SQLException {
        try (var connection = connections.as(server, database, role, password)) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return switch (String.valueOf(e.getSQLState())) {
                case INVALID_PASSWORD, INVALID_AUTHORIZATION -> false;
                // Known, but not let into this database: the password was right.
                case INSUFFICIENT_PRIVILEGE -> true;
                // So it was where there is no room: that is told after the password was found right. A plan that ends
                // what takes the room must be carried out.
                case TOO_MANY_CONNECTIONS -> true;
                default -> throw e;
            };
        }
    }
}
