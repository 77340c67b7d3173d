package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.RabbitCommand.Permissions;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Answered;
import dev.nuages.core.scenario.Scenario;
import dev.nuages.operator.rabbitmqvhost.HttpBrokerProbe;
import dev.nuages.operator.rabbitmqvhost.RabbitmqProcess;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A real RabbitMQ that holds what a scenario says of it. */
final class ScenarioRabbitmq {
    /** The password in every scenario's Secrets, also of the administrator. */
    static final String PASSWORD = "abracadabra";

    /** The vhost and the user of every scenario. */
    private static final String NAME = "orders";

    /** The Secret of one that is somebody else's. */
    private static final String EXTERNAL_SECRET = "cloud";

    private static final BrokerAddress EXTERNAL = new BrokerAddress.External(Scenario.NAMESPACE, EXTERNAL_SECRET);

    private final Scenario scenario;
    private final Supplier<RabbitmqProcess> process;

    private ScenarioRabbitmq(Scenario scenario, Supplier<RabbitmqProcess> process) {
        this.scenario = scenario;
        this.process = process;
    }

    /**
     * @param process starts one, or finds the one that was started; not asked for unless the scenario has a RabbitMQ
     */
    static ScenarioRabbitmq holding(Scenario scenario, Supplier<RabbitmqProcess> process) {
        real(scenario).ifPresent(answer -> hold(answer, process.get()));
        return new ScenarioRabbitmq(scenario, process);
    }

    private static void hold(Answered answer, RabbitmqProcess process) {
        process.delete("vhosts", NAME);
        process.delete("users", NAME);
        answer.vhost().ifPresent(vhost -> {
            process.put(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("description", vhost.description())
                            .toString(),
                    "vhosts",
                    NAME);
            Eventually.holds(
                    "RabbitMQ runs the vhost",
                    () -> process.get("vhosts", NAME)
                            .path("cluster_state")
                            .toString()
                            .contains("running"));
        });
        answer.user()
                .ifPresent(user -> process.put(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("password", user.passwordRight() ? PASSWORD : "other")
                                .put("tags", String.join(",", user.tags()))
                                .toString(),
                        "users",
                        NAME));
        answer.permissions()
                .ifPresent(it -> process.put(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("configure", it.configure())
                                .put("write", it.write())
                                .put("read", it.read())
                                .toString(),
                        "permissions",
                        NAME,
                        NAME));
    }

    /**
     * What a RabbitMQ of ours can be made to answer; that it does not run its vhost is not such a thing, and what waits in
     * queues it tells only after seconds.
     */
    private static Optional<Answered> real(Scenario scenario) {
        return scenario.given()
                .rabbitmq(EXTERNAL)
                .filter(Answered.class::isInstance)
                .map(Answered.class::cast)
                .filter(answer ->
                        answer.vhost().filter(vhost -> !vhost.running()).isEmpty())
                .filter(answer -> answer.queues()
                        .filter(queues -> !queues.waiting().isEmpty())
                        .isEmpty());
    }

    private boolean isReal() {
        return real(scenario).isPresent();
    }

    /** The way from here to one that we run. */
    BrokerAddress route(BrokerAddress address) {
        return address instanceof BrokerAddress.Local(var doors, var namespace, var secret)
                ? new BrokerAddress.Local(new Doors(doors.amqp(), process.get().management()), namespace, secret)
                : address;
    }

    /** Asks the real one, unless the scenario says what the answer is. */
    BrokerProbe probe(SecretTexts secrets) {
        return isReal() ? new HttpBrokerProbe(trusting(secrets), this::route) : asWritten();
    }

    /** What the real one will answer once all that is given is there. */
    BrokerProbe asWritten() {
        return (broker, vhost, user, password) -> scenario.given()
                .rabbitmq(broker)
                .orElseThrow(() -> new AssertionError("nobody may ask the RabbitMQ in this scenario"));
    }

    /** With the administrator of one that is somebody else's. */
    SecretTexts trusting(SecretTexts secrets) {
        return (namespace, secret) ->
                secret.equals(EXTERNAL_SECRET) ? Optional.of(administrator()) : secrets.of(namespace, secret);
    }

    private Map<String, String> administrator() {
        return Map.of(
                "managementUrl",
                process.get().management().toString(),
                "amqpUrl",
                "amqp://rabbitmq.example.org:5672",
                "username",
                RabbitmqProcess.ADMIN,
                "password",
                PASSWORD);
    }

    /** Whether it now is as a command was to make it. */
    void check(JsonNode command, SecretTexts secrets) {
        var found = (Answered) new HttpBrokerProbe(trusting(secrets), this::route)
                .ask(EXTERNAL, NAME, NAME, Optional.of(passwordRef()));
        switch (command.get("rabbitmq").asText()) {
            case "CreateVhost" ->
                assertThat(found.vhost())
                        .map(BrokerProbe.Vhost::description)
                        .contains(command.get("madeFor").asText());
            case "PutUser" ->
                assertThat(found.user()).hasValueSatisfying(user -> {
                    assertThat(user.passwordRight()).isTrue();
                    assertThat(user.tags())
                            .containsExactlyInAnyOrder(
                                    "management", command.get("madeFor").asText());
                });
            case "SetPermissions" -> assertThat(found.permissions()).contains(Permissions.ALL);
            case "DeleteVhost" -> assertThat(found.vhost()).isEmpty();
            case "DeleteUser" -> assertThat(found.user()).isEmpty();
            default -> throw new AssertionError("nobody knows what became of " + command);
        }
    }

    private static PasswordRef passwordRef() {
        return new PasswordRef(Scenario.NAMESPACE, NAME + "-rabbitmq-password", "password");
    }
}
