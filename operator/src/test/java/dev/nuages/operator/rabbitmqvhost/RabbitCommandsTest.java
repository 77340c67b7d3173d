package dev.nuages.operator.rabbitmqvhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.RabbitCommand;
import dev.nuages.core.RabbitCommand.Permissions;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Answered;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.User;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Vhost;
import dev.nuages.operator.Refusal;
import dev.nuages.operator.SecretTexts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a RabbitMQ as the plan configures it. Needs Debian's rabbitmq-server. */
@Tag("control-plane")
class RabbitCommandsTest {
    private static final String ADMIN_PASSWORD = "AdminCanary1";
    private static final String MADE_FOR = "made by Nuages for RabbitmqVhost shop/it's";
    private static final PasswordRef PASSWORD = new PasswordRef("shop", "app", "password");
    private static final SecretTexts SECRETS = (namespace, secret) -> Optional.of(
            secret.equals("admin")
                    ? Map.of("username", "admin@nuages", "password", ADMIN_PASSWORD)
                    : Map.of("password", secret + "Canary2"));

    @TempDir
    static Path folder;

    private static RabbitmqProcess process;

    private final RabbitCommands commands = new RabbitCommands(SECRETS, UnaryOperator.identity());
    private final HttpBrokerProbe probe = new HttpBrokerProbe(SECRETS, UnaryOperator.identity());

    @BeforeAll
    static void start() throws IOException {
        process = PlannedBroker.of(ADMIN_PASSWORD).start(folder);
    }

    @AfterAll
    static void stop() {
        process.close();
    }

    private static BrokerAddress broker() {
        return new BrokerAddress.Local(
                new Doors(URI.create("amqp://127.0.0.1:" + process.amqpPort()), process.management()), "shop", "admin");
    }

    private Answered ask(String name) {
        return (Answered) probe.ask(broker(), name, name, Optional.of(PASSWORD));
    }

    private void twice(RabbitCommand command) {
        commands.run(broker(), command);
        commands.run(broker(), command);
    }

    @Test
    void a_new_one_holds_its_administrator_alone_and_keeps_to_its_limits() throws IOException {
        assertThat(process.get("users", "admin@nuages").path("tags")).hasToString("[\"administrator\"]");
        assertThat(process.get("users", "guest").isMissingNode()).isTrue();
        assertThat(process.get("vhosts", "/").isMissingNode()).isTrue();
        assertThat(Files.readString(process.log()))
                .contains("Memory high watermark set to 307 MiB", "Disk free limit set to 107MB")
                .doesNotContain("Canary");
        assertThat(process.get("nodes").path(0).path("name").asText()).isEqualTo("rabbit@localhost");
    }

    @Test
    void names_of_any_letters_are_made_used_and_deleted_twice_each() {
        for (var name : List.of("plain", "team/shop:1", "a b", "100%", "with\"quote", "?x=1#y", "é ü", "a+b&c")) {
            twice(new RabbitCommand.CreateVhost(name, MADE_FOR));
            twice(new RabbitCommand.PutUser(name, MADE_FOR, PASSWORD));
            twice(new RabbitCommand.SetPermissions(name, name, Permissions.ALL));
            var seen = ask(name);
            assertThat(seen.vhost()).map(Vhost::description).contains(MADE_FOR);
            assertThat(seen.user()).contains(new User(new TreeSet<>(Set.of("management", MADE_FOR)), true));
            assertThat(seen.permissions()).contains(Permissions.ALL);
            twice(new RabbitCommand.DeleteVhost(name, MADE_FOR));
            twice(new RabbitCommand.DeleteUser(name, MADE_FOR));
            assertThat(ask(name))
                    .isEqualTo(new Answered(
                            seen.doors(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        }
    }

    @Test
    void a_vhost_that_stopped_is_started() throws IOException {
        commands.run(broker(), new RabbitCommand.CreateVhost("fallen", MADE_FOR));
        process.breakVhost("fallen");
        assertThat(ask("fallen").vhost()).contains(new Vhost(MADE_FOR, false));
        commands.run(broker(), new RabbitCommand.StartVhost("fallen", "made for another"));
        assertThat(ask("fallen").vhost()).contains(new Vhost(MADE_FOR, false));
        twice(new RabbitCommand.StartVhost("fallen", MADE_FOR));
        assertThat(ask("fallen").vhost()).contains(new Vhost(MADE_FOR, true));
    }

    @Test
    void another_password_is_seen_and_put_right() {
        commands.run(
                broker(), new RabbitCommand.PutUser("other", MADE_FOR, new PasswordRef("shop", "else", "password")));
        assertThat(ask("other").user().orElseThrow().passwordRight()).isFalse();
        commands.run(broker(), new RabbitCommand.PutUser("other", MADE_FOR, PASSWORD));
        assertThat(ask("other").user().orElseThrow().passwordRight()).isTrue();
    }

    @Test
    void what_is_not_ours_is_neither_changed_nor_deleted() {
        process.put("{\"description\":\"of another team\"}", "vhosts", "theirs");
        process.put("{\"password\":\"x\",\"tags\":\"monitoring\"}", "users", "theirs");
        assertThat(refusal(new RabbitCommand.CreateVhost("theirs", MADE_FOR))).contains("vhost theirs exists by now");
        assertThat(refusal(new RabbitCommand.PutUser("theirs", MADE_FOR, PASSWORD)))
                .contains("user theirs exists by now");
        commands.run(broker(), new RabbitCommand.DeleteVhost("theirs", MADE_FOR));
        commands.run(broker(), new RabbitCommand.DeleteUser("theirs", MADE_FOR));
        assertThat(ask("theirs").vhost()).map(Vhost::description).contains("of another team");
        assertThat(ask("theirs").user().orElseThrow().tags()).containsExactly("monitoring");
    }

    private String refusal(RabbitCommand command) {
        return catchThrowableOfType(Refusal.class, () -> commands.run(broker(), command))
                .sentence();
    }
}
