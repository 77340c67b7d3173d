package dev.nuages.operator.rabbitmqvhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.operator.Refusal;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdministratorTest {
    private static final BrokerAddress CLOUD = new BrokerAddress.External("shop", "cloud");
    private static final Map<String, String> GOOD = Map.of(
            "username", "root",
            "password", "canary",
            "managementUrl", "https://broker.example.org/rabbit/",
            "amqpUrl", "amqps://broker.example.org");

    private static Administrator of(Map<String, String> texts) {
        return Administrator.of(
                CLOUD,
                (namespace, secret) ->
                        namespace.equals("shop") && secret.equals("cloud") ? Optional.of(texts) : Optional.empty(),
                UnaryOperator.identity());
    }

    @Test
    void an_external_one_is_where_its_secret_says_with_the_ports_of_the_schemes() {
        var administrator = of(GOOD);
        assertThat(administrator.doors())
                .isEqualTo(new Doors(
                        URI.create("amqps://broker.example.org:5671"),
                        URI.create("https://broker.example.org:443/rabbit")));
        assertThat(administrator.management()).isEqualTo(administrator.doors().management());
        assertThat(administrator).asString().doesNotContain("canary");
    }

    @Test
    void a_local_one_is_reached_where_the_route_leads_and_told_where_it_is() {
        var doors = new Doors(URI.create("amqp://a.shop.svc:5672"), URI.create("http://a.shop.svc:15672"));
        var there = new Doors(doors.amqp(), URI.create("http://127.0.0.1:1"));
        var administrator = Administrator.of(
                new BrokerAddress.Local(doors, "shop", "admin"),
                (namespace, secret) -> Optional.of(Map.of("username", "admin", "password", "canary")),
                address -> new BrokerAddress.Local(there, "shop", "admin"));
        assertThat(administrator.doors()).isEqualTo(doors);
        assertThat(administrator.management()).isEqualTo(there.management());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
                    username,      "",                                  Secret/cloud has no username
                    password,      " ",                                 Secret/cloud has no password
                    managementUrl, "",                                  Secret/cloud has no managementUrl
                    managementUrl, amqps://canary.example.org,          managementUrl of Secret/cloud is not an address that begins with http:// or https://
                    managementUrl, https://root:canary@example.org,     "managementUrl of Secret/cloud must be without a user, a password, '?' and '#'"
                    managementUrl, https://example.org/?canary,         "managementUrl of Secret/cloud must be without a user, a password, '?' and '#'"
                    managementUrl, https://exa mple.org/canary,         managementUrl of Secret/cloud is not an address
                    managementUrl, canary,                              managementUrl of Secret/cloud is not an address that begins with http:// or https://
                    amqpUrl,       https://canary.example.org,          amqpUrl of Secret/cloud is not an address that begins with amqp:// or amqps://
                    amqpUrl,       amqp://root:canary@example.org/shop, "amqpUrl of Secret/cloud must be without a user, a password, '?' and '#'"
                    """)
    void what_is_wrong_is_said_by_its_key_and_not_cited(String key, String text, String sentence) {
        var texts = new HashMap<>(GOOD);
        texts.put(key, text);
        var refusal = catchThrowableOfType(Refusal.class, () -> of(texts));
        assertThat(refusal.sentence()).isEqualTo(sentence).doesNotContain("canary");
    }

    @Test
    void a_secret_that_does_not_exist_is_named() {
        var refusal = catchThrowableOfType(
                Refusal.class,
                () -> Administrator.of(CLOUD, (namespace, secret) -> Optional.empty(), UnaryOperator.identity()));
        assertThat(refusal.sentence()).isEqualTo("there is no Secret cloud");
    }
}
