package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.postgresdatabase.DatabaseProbe.Answered;
import dev.nuages.core.postgresdatabase.DatabaseProbe.Unreachable;
import dev.nuages.core.scenario.Scenario;
import dev.nuages.core.scenario.Yaml;
import dev.nuages.operator.postgresdatabase.JdbcDatabaseProbe;
import dev.nuages.operator.postgresdatabase.PostgresProcess;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** A real PostgreSQL that holds what a scenario says of it. The identities in its words become those of the server. */
final class ScenarioPostgres {
    /** The role and the database of every scenario. */
    private static final String NAME = "orders";

    /** The password in every scenario's Secret. */
    private static final String PASSWORD = "abracadabra";

    private static final String WRITTEN_ID = "server/1";
    private static final PasswordRef PASSWORD_REF =
            new PasswordRef(Scenario.NAMESPACE, "orders-database-password", "password");

    private final Optional<DatabaseProbe.Answer> given;
    private final PostgresProcess process;
    private final String id;

    private ScenarioPostgres(Optional<DatabaseProbe.Answer> given, PostgresProcess process, String id) {
        this.given = given;
        this.process = process;
        this.id = id;
    }

    static ScenarioPostgres holding(Optional<DatabaseProbe.Answer> given, PostgresProcess process) throws SQLException {
        process.execute("DROP DATABASE IF EXISTS " + NAME + " WITH (FORCE)", "DROP ROLE IF EXISTS " + NAME);
        if (given.orElse(null) instanceof Answered answer) {
            if (answer.role().isPresent()) {
                var role = answer.role().get();
                process.execute(
                        "CREATE ROLE " + NAME + " LOGIN PASSWORD '" + (role.passwordAccepted() ? PASSWORD : "other")
                                + "'",
                        "COMMENT ON ROLE " + NAME + " IS '" + role.madeFor() + "'");
            }
            if (answer.database().isPresent()) {
                var database = answer.database().get();
                process.execute("CREATE DATABASE " + NAME + " OWNER " + database.owner());
                for (var extension : database.extensions()) {
                    process.executeIn(NAME, "CREATE EXTENSION IF NOT EXISTS " + extension);
                }
                process.execute("ALTER DATABASE " + NAME + " ALLOW_CONNECTIONS " + !database.halfMade());
            }
        }
        var without = new ScenarioPostgres(given, process, WRITTEN_ID);
        var id = without.ask((namespace, secret) -> Optional.empty()).database().map(database -> database.id());
        return new ScenarioPostgres(given, process, id.orElse(WRITTEN_ID));
    }

    String reworded(String text) {
        return text.replace(WRITTEN_ID, id);
    }

    ObjectNode reworded(ObjectNode tree) {
        return Yaml.document(reworded(Yaml.text(tree)));
    }

    PostgresAddress route(PostgresAddress address) {
        return new PostgresAddress("127.0.0.1", process.port(), address.namespace(), address.adminSecret());
    }

    /** Asks the real server, unless the scenario says what the answer is. */
    DatabaseProbe probe(SecretTexts secrets) {
        return given.orElse(null) instanceof Unreachable nobody
                ? (server, role, database, password) -> nobody
                : new JdbcDatabaseProbe(trusting(secrets), this::route);
    }

    /** With an administrator that needs no Secret. */
    static SecretTexts trusting(SecretTexts secrets) {
        return (namespace, secret) -> secret.endsWith("-admin")
                ? Optional.of(Map.of("username", "postgres", "password", "any"))
                : secrets.of(namespace, secret);
    }

    private Answered ask(SecretTexts secrets) {
        var address = new PostgresAddress("server", 5432, Scenario.NAMESPACE, "main-postgres-admin");
        return (Answered) new JdbcDatabaseProbe(trusting(secrets), this::route)
                .ask(address, NAME, NAME, Optional.of(PASSWORD_REF));
    }

    /** Whether the server now is as a command was to make it. */
    void check(JsonNode command, SecretTexts secrets) {
        var answer = ask(secrets);
        var role = answer.role();
        var database = answer.database();
        switch (command.get("sql").asText()) {
            case "CreateRole" ->
                assertThat(role)
                        .contains(new DatabaseProbe.Role(command.get("owner").asText(), true));
            case "SetPassword" ->
                assertThat(role.orElseThrow().passwordAccepted()).isTrue();
            case "CreateDatabase" -> {
                assertThat(database.orElseThrow().owner()).isEqualTo(NAME);
                assertThat(database.orElseThrow().halfMade()).isFalse();
            }
            case "SetOwner" -> assertThat(database.orElseThrow().owner()).isEqualTo(NAME);
            case "CreateExtension" ->
                assertThat(database.orElseThrow().extensions())
                        .contains(command.get("extension").asText());
            case "DropDatabase" -> assertThat(database).isEmpty();
            case "DropRole" -> assertThat(role).isEmpty();
            default -> throw new AssertionError("nobody knows what became of " + command);
        }
    }
}
