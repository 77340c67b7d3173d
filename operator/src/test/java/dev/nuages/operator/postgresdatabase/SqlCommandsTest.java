package dev.nuages.operator.postgresdatabase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.PasswordRef;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.SqlCommand;
import dev.nuages.core.postgresdatabase.DatabaseProbe.Answered;
import dev.nuages.core.postgresdatabase.DatabaseProbe.Unreachable;
import dev.nuages.operator.SecretTexts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs Debian's postgresql-15. */
@Tag("control-plane")
class SqlCommandsTest {
    private static final PasswordRef PASSWORD = new PasswordRef("shop", "app", "password");
    private static final SecretTexts SECRETS =
            (namespace, secret) -> Optional.of(Map.of("username", "postgres", "password", secret + "-secret"));

    @TempDir
    static Path folder;

    private static PostgresProcess process;

    private final SqlCommands commands = new SqlCommands(SECRETS, UnaryOperator.identity());
    private final JdbcDatabaseProbe probe = new JdbcDatabaseProbe(SECRETS, UnaryOperator.identity());

    @BeforeAll
    static void start() throws Exception {
        process = PostgresProcess.start(folder, "admin-secret");
    }

    @AfterAll
    static void stop() throws Exception {
        process.close();
    }

    private static PostgresAddress server() {
        return new PostgresAddress("127.0.0.1", process.port(), "shop", "admin");
    }

    private Answered ask(String name) {
        return (Answered) probe.ask(server(), name, name, Optional.of(PASSWORD));
    }

    @Test
    void names_of_any_letters_are_made_used_and_dropped_twice_each() {
        for (var name : List.of("plain", "with\"quote", "semi; DROP TABLE x; --", "percent%s", "back\\slash", "é ü")) {
            var made = List.<SqlCommand>of(
                    new SqlCommand.CreateRole(name, "shop/it's 100% \\ mine", PASSWORD),
                    new SqlCommand.CreateDatabase(name, name),
                    new SqlCommand.SetOwner(name, name),
                    new SqlCommand.CreateExtension(name, "uuid-ossp"),
                    new SqlCommand.SetPassword(name, PASSWORD));
            made.forEach(command -> {
                commands.run(server(), command);
                commands.run(server(), command);
            });
            var seen = ask(name);
            assertThat(seen.role().orElseThrow().madeFor()).isEqualTo("shop/it's 100% \\ mine");
            assertThat(seen.role().orElseThrow().passwordAccepted()).isTrue();
            assertThat(seen.database().orElseThrow().owner()).isEqualTo(name);
            assertThat(seen.database().orElseThrow().extensions()).contains("uuid-ossp");
            assertThat(seen.database().orElseThrow().id()).matches("\\d+/\\d+");
            commands.run(server(), new SqlCommand.DropDatabase(name, "another/1"));
            assertThat(ask(name).database()).isEqualTo(seen.database());
            var id = seen.database().orElseThrow().id();
            List.of(new SqlCommand.DropDatabase(name, id), new SqlCommand.DropRole(name))
                    .forEach(command -> {
                        commands.run(server(), command);
                        commands.run(server(), command);
                    });
            assertThat(ask(name)).isEqualTo(new Answered(Optional.empty(), Optional.empty(), 97));
        }
    }

    @Test
    void a_database_that_was_left_half_made_is_seen_finished_and_dropped() throws Exception {
        var name = "half";
        commands.run(server(), new SqlCommand.CreateRole(name, "x", PASSWORD));
        try (var admin = new PostgresConnections(SECRETS, UnaryOperator.identity())
                        .asAdmin(server(), PostgresConnections.ADMIN_DATABASE);
                var statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE half OWNER half ALLOW_CONNECTIONS false");
        }
        var half = ask(name).database().orElseThrow();
        assertThat(half.halfMade()).isTrue();
        assertThat(half.extensions()).isEmpty();
        assertThat(ask(name).role().orElseThrow().passwordAccepted()).isTrue();
        commands.run(server(), new SqlCommand.CreateDatabase(name, name));
        assertThat(ask(name).database().orElseThrow().halfMade()).isFalse();
        commands.run(server(), new SqlCommand.DropDatabase(name, half.id()));
        commands.run(server(), new SqlCommand.DropRole(name));
        assertThat(ask(name)).isEqualTo(new Answered(Optional.empty(), Optional.empty(), 97));
    }

    @Test
    void a_role_that_may_not_log_in_or_no_longer_may_again_once_its_password_is_set() throws Exception {
        commands.run(server(), new SqlCommand.CreateRole("locked", "x", PASSWORD));
        for (var change : List.of("NOLOGIN", "VALID UNTIL '2020-01-01'")) {
            asAdmin("ALTER ROLE locked " + change);
            assertThat(ask("locked").role().orElseThrow().passwordAccepted())
                    .as(change)
                    .isFalse();
            commands.run(server(), new SqlCommand.SetPassword("locked", PASSWORD));
            assertThat(ask("locked").role().orElseThrow().passwordAccepted())
                    .as(change)
                    .isTrue();
        }
        commands.run(server(), new SqlCommand.DropRole("locked"));
    }

    @Test
    void a_password_is_accepted_of_a_role_that_has_no_connection_left() throws Exception {
        commands.run(server(), new SqlCommand.CreateRole("crowded", "x", PASSWORD));
        asAdmin("ALTER ROLE crowded CONNECTION LIMIT 0");
        assertThat(ask("crowded").role().orElseThrow().passwordAccepted()).isTrue();
        var another = new PasswordRef("shop", "else", "password");
        var answer = (Answered) probe.ask(server(), "crowded", "crowded", Optional.of(another));
        assertThat(answer.role().orElseThrow().passwordAccepted()).isFalse();
        commands.run(server(), new SqlCommand.DropRole("crowded"));
    }

    private static void asAdmin(String sql) throws Exception {
        try (var admin = new PostgresConnections(SECRETS, UnaryOperator.identity())
                        .asAdmin(server(), PostgresConnections.ADMIN_DATABASE);
                var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void another_password_is_not_accepted() {
        commands.run(server(), new SqlCommand.CreateRole("other", "x", new PasswordRef("shop", "else", "password")));
        assertThat(ask("other").role().orElseThrow().passwordAccepted()).isFalse();
        commands.run(server(), new SqlCommand.SetPassword("other", PASSWORD));
        assertThat(ask("other").role().orElseThrow().passwordAccepted()).isTrue();
    }

    @Test
    void the_owner_of_a_database_has_an_administrator_run_nothing() throws Exception {
        var name = "sly";
        commands.run(server(), new SqlCommand.CreateRole(name, "x", PASSWORD));
        commands.run(server(), new SqlCommand.CreateDatabase(name, name));
        try (var owner = new PostgresConnections(SECRETS, UnaryOperator.identity())
                        .as(server(), name, name, "app-secret");
                var statement = owner.createStatement()) {
            statement.execute("CREATE SCHEMA trap");
            statement.execute("CREATE FUNCTION trap.rise() RETURNS name LANGUAGE plpgsql AS"
                    + " 'BEGIN ALTER ROLE sly SUPERUSER; RETURN ''trapped''; END'");
            statement.execute("CREATE VIEW trap.pg_extension AS SELECT trap.rise() AS extname");
            statement.execute("GRANT USAGE ON SCHEMA trap TO PUBLIC");
            statement.execute("GRANT SELECT ON trap.pg_extension TO PUBLIC");
            statement.execute("ALTER DATABASE sly SET search_path = trap, pg_catalog");
        }
        assertThat(ask(name).database().orElseThrow().extensions()).containsExactly("plpgsql");
        commands.run(server(), new SqlCommand.CreateExtension(name, "uuid-ossp"));
        assertThat(ask(name).database().orElseThrow().extensions()).containsExactly("plpgsql", "uuid-ossp");
        try (var admin = new PostgresConnections(SECRETS, UnaryOperator.identity()).asAdmin(server(), name);
                var statement = admin.createStatement();
                var rows = statement.executeQuery("SELECT rolsuper, (SELECT nspname FROM pg_extension"
                        + " JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'uuid-ossp')"
                        + " FROM pg_roles WHERE rolname = 'sly'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBoolean(1)).as("whether it is a superuser now").isFalse();
            assertThat(rows.getString(2)).isEqualTo("public");
        }
    }

    @Test
    void a_server_that_does_not_answer_is_told_without_a_password() {
        var nobody = new PostgresAddress("127.0.0.1", 1, "shop", "admin");
        var answer = (Unreachable) probe.ask(nobody, "a", "a", Optional.empty());
        assertThat(answer.why()).contains("127.0.0.1:1").doesNotContain("admin-secret");
    }
}
