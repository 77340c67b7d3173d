package dev.nuages.operator.rabbitmqvhost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs Debian's rabbitmq-server. */
@Tag("control-plane")
class BrokerRestartTest {
    private static final String ALL = "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}";

    @Test
    void one_that_was_stopped_comes_back_with_its_messages_and_another_administrators_password(@TempDir Path folder)
            throws Exception {
        try (var before = PlannedBroker.of("first").start(folder)) {
            before.put("{}", "vhosts", "shop");
            before.put("{\"password\":\"secret\",\"tags\":\"\"}", "users", "shop");
            before.put(ALL, "permissions", "shop", "shop");
            try (var connection = connect(before);
                    var channel = connection.createChannel()) {
                channel.queueDeclare("tasks", true, false, false, Map.of());
                channel.confirmSelect();
                channel.basicPublish("", "tasks", MessageProperties.PERSISTENT_BASIC, "hello".getBytes(UTF_8));
                channel.waitForConfirmsOrDie();
            }
            assertThat(before.stop()).isZero();
        }
        try (var after = PlannedBroker.of("second").start(folder)) {
            // It is the second password that lets this in.
            assertThat(after.get("vhosts", "shop").path("name").asText()).isEqualTo("shop");
            try (var connection = connect(after);
                    var channel = connection.createChannel()) {
                assertThat(channel.basicGet("tasks", true).getBody()).isEqualTo("hello".getBytes(UTF_8));
            }
        }
    }

    private static Connection connect(RabbitmqProcess process) throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri("amqp://shop:secret@127.0.0.1:" + process.amqpPort() + "/shop");
        return factory.newConnection();
    }
}
