package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;

/**
 * The PostgreSQL of an application that has a server of its own.
 *
 * @param app its name, which its database has too
 */
record Psql(String namespace, String app) {
    /** How often each version was migrated, as the example site itself wrote it down. */
    private static final String MIGRATIONS =
            "select version, count(*) from jobs_migraterun group by version order by version";

    /** What a statement answers in the application's database: a line for each row, its columns parted by {@code |}. */
    String site(String statement) {
        return in(app, statement);
    }

    /** What a statement answers in another database. */
    String in(String database, String statement) {
        return kubectl(
                        "-n",
                        namespace,
                        "exec",
                        app + "-postgres-0",
                        "--",
                        "psql",
                        "-U",
                        "postgres",
                        "-d",
                        database,
                        "-Atc",
                        statement)
                .strip();
    }

    /** How often each version of the example was migrated: {@code 1.0|1}. */
    String migrations() {
        return site(MIGRATIONS);
    }
}
