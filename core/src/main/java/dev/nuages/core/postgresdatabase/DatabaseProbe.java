package dev.nuages.core.postgresdatabase;

import dev.nuages.core.PasswordRef;
import dev.nuages.core.PostgresAddress;
import java.util.Optional;
import java.util.SortedSet;

/** Asks a PostgreSQL server what it holds. The operator's asks over JDBC, the simulated world's looks into itself. */
public interface DatabaseProbe {

    /**
     * Looks for a role and a database on a server.
     *
     * @param password the password that the role should have, to see whether it does; empty before there is one
     */
    Answer ask(PostgresAddress server, String role, String database, Optional<PasswordRef> password);

    /** What came back. */
    sealed interface Answer {}

    /** The server did not answer, or let us not in. */
    record Unreachable(String why) implements Answer {}

    /**
     * The server answered; what is empty does not exist.
     *
     * @param maxConnections how many connections it takes at once of all who are no administrators
     */
    record Answered(Optional<Role> role, Optional<Database> database, int maxConnections) implements Answer {}

    /**
     * A role that exists.
     *
     * @param madeFor what the role's comment says: the object it was made for; empty for a role that is not ours
     * @param passwordAccepted whether the role can log in with the password it should have
     */
    record Role(String madeFor, boolean passwordAccepted) {}

    /**
     * A database that exists.
     *
     * @param id tells this database from any other that had or has its name
     * @param owner the role that it belongs to
     * @param halfMade whether nobody may connect to it: that is how one is left that was not made to the end
     * @param extensions what it has; none are known of one that is half made
     */
    record Database(String id, String owner, boolean halfMade, SortedSet<String> extensions) {}
}
