package dev.nuages.core.sim;

import dev.nuages.core.PasswordRef;
import dev.nuages.core.SqlCommand;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A PostgreSQL server, whatever its address: its roles and its databases, as a value. It answers as the operator's
 * commands and probe have it, and refuses what PostgreSQL refuses.
 *
 * @param answers whether it can be reached
 * @param made how many databases it ever made, which tells one from the next of its name
 */
public record SqlServer(
        SortedMap<String, Role> roles, SortedMap<String, Database> databases, boolean answers, int made) {
    /** PostgreSQL's default of 100, less superuser_reserved_connections. */
    private static final int MAX_CONNECTIONS = 97;

    public static final SqlServer EMPTY = new SqlServer(new TreeMap<>(), new TreeMap<>(), true, 0);

    /** A role with its password, and what its comment says. */
    public record Role(String madeFor, String password) {}

    /** A database. One that is half made cannot be connected to. */
    public record Database(String id, String owner, SortedSet<String> extensions, boolean halfMade) {
        public Database {
            extensions = Collections.unmodifiableSortedSet(new TreeSet<>(extensions));
        }
    }

    public SqlServer {
        roles = Collections.unmodifiableSortedMap(new TreeMap<>(roles));
        databases = Collections.unmodifiableSortedMap(new TreeMap<>(databases));
    }

    /** The server after a command; empty where it refuses, or cannot be reached. */
    Optional<SqlServer> run(SqlCommand command, Function<PasswordRef, Optional<String>> passwords) {
        if (!answers) {
            return Optional.empty();
        }
        return switch (command) {
            case SqlCommand.CreateRole(var role, var owner, var password) ->
                passwords
                        .apply(password)
                        .map(text -> roles.containsKey(role) ? this : withRole(role, new Role(owner, text)));
            case SqlCommand.SetPassword(var role, var password) ->
                role(role)
                        .flatMap(found ->
                                passwords.apply(password).map(text -> withRole(role, new Role(found.madeFor(), text))));
            case SqlCommand.CreateDatabase(var name, var role) -> role(role).map(found -> finished(name, role));
            case SqlCommand.SetOwner(var name, var role) ->
                role(role)
                        .flatMap(found -> database(name))
                        .map(found -> withDatabase(
                                name, new Database(found.id(), role, found.extensions(), found.halfMade())));
            case SqlCommand.CreateExtension(var name, var extension) ->
                database(name).map(found -> withDatabase(name, extended(found, extension)));
            case SqlCommand.DropDatabase(var name, var id) ->
                Optional.of(
                        database(name).filter(found -> found.id().equals(id)).isPresent()
                                ? withoutDatabase(name)
                                : this);
            case SqlCommand.DropRole(var role) ->
                databases.values().stream().anyMatch(d -> d.owner().equals(role))
                        ? Optional.empty()
                        : Optional.of(withoutRole(role));
        };
    }

    /** The server after a connection that broke in the middle of a command that is done in more than one statement. */
    public Optional<SqlServer> halfWay(SqlCommand command) {
        return command instanceof SqlCommand.CreateDatabase(var name, var role)
                        && answers
                        && roles.containsKey(role)
                        && !databases.containsKey(name)
                ? Optional.of(created(name, role, true))
                : Optional.empty();
    }

    /** What a probe finds. */
    DatabaseProbe.Answer ask(String role, String database, Optional<String> password) {
        if (!answers) {
            return new DatabaseProbe.Unreachable("the server does not answer");
        }
        return new DatabaseProbe.Answered(
                role(role)
                        .map(found -> new DatabaseProbe.Role(
                                found.madeFor(),
                                password.filter(found.password()::equals).isPresent())),
                database(database)
                        .map(found -> new DatabaseProbe.Database(
                                found.id(), found.owner(), found.halfMade(), found.extensions())),
                MAX_CONNECTIONS);
    }

    public Optional<Role> role(String name) {
        return Optional.ofNullable(roles.get(name));
    }

    public Optional<Database> database(String name) {
        return Optional.ofNullable(databases.get(name));
    }

    public SqlServer withRole(String name, Role role) {
        return new SqlServer(plus(roles, name, role), databases, answers, made);
    }

    public SqlServer withoutRole(String name) {
        return roles.containsKey(name) ? new SqlServer(minus(roles, name), databases, answers, made) : this;
    }

    public SqlServer withDatabase(String name, Database database) {
        return new SqlServer(roles, plus(databases, name, database), answers, made);
    }

    public SqlServer withoutDatabase(String name) {
        return databases.containsKey(name) ? new SqlServer(roles, minus(databases, name), answers, made) : this;
    }

    public SqlServer answering(boolean reachable) {
        return new SqlServer(roles, databases, reachable, made);
    }

    /** A new database of this name; the server counts it. */
    public SqlServer created(String name, String role, boolean halfMade) {
        var database = new Database("database-" + (made + 1), role, new TreeSet<>(), halfMade);
        return new SqlServer(roles, plus(databases, name, database), answers, made + 1);
    }

    private SqlServer finished(String name, String role) {
        var found = databases.get(name);
        if (found == null) {
            return created(name, role, false);
        }
        return found.halfMade() && found.owner().equals(role)
                ? withDatabase(name, new Database(found.id(), role, found.extensions(), false))
                : this;
    }

    private static Database extended(Database database, String extension) {
        var extensions = new TreeSet<>(database.extensions());
        extensions.add(extension);
        return new Database(database.id(), database.owner(), extensions, database.halfMade());
    }

    private static <T> SortedMap<String, T> plus(Map<String, T> all, String name, T value) {
        var more = new TreeMap<>(all);
        more.put(name, value);
        return more;
    }

    private static <T> SortedMap<String, T> minus(Map<String, T> all, String name) {
        var less = new TreeMap<>(all);
        less.remove(name);
        return less;
    }
}
