package dev.nuages.operator.postgresdatabase;

import dev.nuages.core.PasswordRef;
import dev.nuages.core.PostgresAddress;
import dev.nuages.operator.SecretTexts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;

/** Opens connections that give up after seconds, and says in a sentence what went wrong, without any password. */
final class PostgresConnections {
    static final String ADMIN_DATABASE = "postgres";

    /** Whom the images' entrypoint makes, where the Secret names nobody. */
    private static final String DEFAULT_ADMIN = "postgres";

    /**
     * A database's owner may choose what its sessions look through for names, ours too: a table or a function of their own in
     * the place of the server's would be run by an administrator. What a session asks for itself goes first.
     */
    private static final String SERVERS_OWN_NAMES = "-c search_path=pg_catalog";

    private static final int CONNECT_SECONDS = 3;

    /** Creating a database copies a template: it is the longest of all that is done. */
    private static final int ANSWER_SECONDS = 30;

    private final SecretTexts secrets;
    private final UnaryOperator<PostgresAddress> route;

    /**
     * @param route the way from here to a server of this address: the address itself inside of the cluster
     */
    PostgresConnections(SecretTexts secrets, UnaryOperator<PostgresAddress> route) {
        this.secrets = secrets;
        this.route = route;
    }

    Connection asAdmin(PostgresAddress server, String database) throws SQLException {
        var user = secrets.text(server.namespace(), server.adminSecret(), "username")
                .orElse(DEFAULT_ADMIN);
        var password = new PasswordRef(server.namespace(), server.adminSecret(), "password");
        return as(server, database, user, secrets.password(password));
    }

    Connection as(PostgresAddress server, String database, String user, String password) throws SQLException {
        // Not by a URL: a host or a name could end it and go on with an option of its own.
        var source = new PGSimpleDataSource();
        var reached = route.apply(server);
        source.setServerNames(new String[] {reached.host()});
        source.setPortNumbers(new int[] {reached.port()});
        source.setDatabaseName(database);
        source.setUser(user);
        source.setPassword(password);
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(ANSWER_SECONDS);
        source.setApplicationName("nuages");
        source.setOptions(SERVERS_OWN_NAMES);
        source.setTcpKeepAlive(true);
        return source.getConnection();
    }

    /** Whether the server may do it when it is asked again: it could not be reached, ends, or has too much to do. */
    static boolean isUnreachable(SQLException problem) {
        var state = Objects.requireNonNullElse(problem.getSQLState(), "08");
        return Stream.of("08", "53", "57").anyMatch(state::startsWith);
    }

    /** The server's own words, or the connection's; passwords are in neither, for no statement of ours has one. */
    static String sentence(PostgresAddress server, SQLException problem) {
        var said = problem instanceof PSQLException p && p.getServerErrorMessage() != null
                ? p.getServerErrorMessage().getMessage()
                : problem.getMessage();
        return server.host() + ":" + server.port() + ": " + said;
    }
}
