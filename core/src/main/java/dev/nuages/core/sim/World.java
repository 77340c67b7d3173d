package dev.nuages.core.sim;

/**
 * All that is outside of the operator, as a value: a change makes another.
 *
 * @param cluster what the API server holds
 * @param sql what the PostgreSQL server holds
 */
public record World(Cluster cluster, SqlServer sql) {
    public static final World EMPTY = new World(Cluster.EMPTY, SqlServer.EMPTY);

    public World with(Cluster changed) {
        return new World(changed, sql);
    }

    public World with(SqlServer changed) {
        return new World(cluster, changed);
    }
}
