package dev.nuages.core;

/**
 * A change in a PostgreSQL server. Each is safe to do twice. Passwords are named by the Secret that holds them, so that
 * none is in a plan, nor in a log of one.
 */
public sealed interface SqlCommand {

    /**
     * Creates a role that may log in and nothing else, marked as made for {@code owner}, in one transaction.
     *
     * @param owner what the role's comment says, so that no other object takes the role for its own
     */
    record CreateRole(String role, String owner, PasswordRef password) implements SqlCommand {}

    /** Sets a role's password. */
    record SetPassword(String role, PasswordRef password) implements SqlCommand {}

    /** Creates a database that belongs to a role, and that no other role may connect to. */
    record CreateDatabase(String database, String role) implements SqlCommand {}

    /** Makes a database belong to a role again. */
    record SetOwner(String database, String role) implements SqlCommand {}

    /** Creates an extension in a database. */
    record CreateExtension(String database, String extension) implements SqlCommand {}

    /**
     * Ends the database's sessions and drops it, with all its data.
     *
     * @param id which database it must be, as a probe found it; another one of the name is left alone
     */
    record DropDatabase(String database, String id) implements SqlCommand {}

    /** Drops a role that owns nothing any more. */
    record DropRole(String role) implements SqlCommand {}
}
