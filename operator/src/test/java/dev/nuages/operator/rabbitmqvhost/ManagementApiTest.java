package dev.nuages.operator.rabbitmqvhost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Answered;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queue;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queues;
import dev.nuages.operator.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that are none of ours: what they answer must not hurt, and must not be cited. */
class ManagementApiTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private HttpHandler answer = exchange -> reply(exchange, 200, "{}");

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " "
                            + exchange.getRequestHeaders().getFirst("Authorization"));
            answer.handle(exchange);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/rabbit");
    }

    private ManagementApi api() {
        return api(Duration.ofSeconds(30));
    }

    private ManagementApi api(Duration patience) {
        var base = base();
        var administrator =
                new Administrator(new Doors(URI.create("amqp://127.0.0.1:1"), base), base, "root", "canary");
        return new ManagementApi(administrator, patience, patience);
    }

    private static void reply(HttpExchange exchange, int code, String body) throws IOException {
        exchange.sendResponseHeaders(code, 0);
        try (var out = exchange.getResponseBody()) {
            out.write(body.getBytes(UTF_8));
        }
    }

    private static String sentence(Runnable request) {
        return catchThrowableOfType(Refusal.class, request::run).sentence();
    }

    @Test
    void a_name_is_encoded_and_the_administrator_told_at_once() {
        assertThat(api().get("vhosts", "a/b c:é?#%")).isPresent();
        assertThat(asked).containsExactly("GET /rabbit/api/vhosts/a%2Fb%20c%3A%C3%A9%3F%23%25 Basic cm9vdDpjYW5hcnk=");
    }

    @Test
    void of_a_list_no_more_is_asked_for_than_is_looked_at() {
        answer = exchange -> {
            asked.add(exchange.getRequestURI().getRawQuery());
            reply(exchange, 200, "{\"items\":[],\"page_count\":0}");
        };
        assertThat(new Broker(api()).queues("a/b")).contains(new Queues(List.of(), true));
        assertThat(asked)
                .containsExactly(
                        "GET /rabbit/api/queues/a%2Fb Basic cm9vdDpjYW5hcnk=",
                        "page=1&page_size=500&sort=messages_ready&sort_reverse=true"
                                + "&columns=name,messages_ready,consumers,exclusive,auto_delete");
    }

    @Test
    void queues_that_go_with_their_worker_and_empty_ones_are_not_looked_at() {
        assertThat(queues(1, """
                {"name":"mail","messages_ready":12,"consumers":0,"exclusive":false,"auto_delete":false},
                {"name":"reply","messages_ready":9,"consumers":0,"exclusive":false,"auto_delete":true},
                {"name":"own","exclusive":true,"auto_delete":false},
                {"name":"celery","messages_ready":3,"consumers":2,"exclusive":false,"auto_delete":false},
                {"name":"bulk","messages_ready":0,"consumers":0,"exclusive":false,"auto_delete":false}
                """))
                .contains(new Queues(List.of(new Queue("mail", 12, 0), new Queue("celery", 3, 2)), true));
    }

    @Test
    void of_many_queues_the_fullest_are_known_and_whether_something_waits_in_others() {
        var mail = "{\"name\":\"mail\",\"messages_ready\":12,\"consumers\":0}";
        var bulk = "{\"name\":\"bulk\",\"messages_ready\":0,\"consumers\":0}";
        var waiting = List.of(new Queue("mail", 12, 0));
        assertThat(queues(2, mail)).contains(new Queues(waiting, false));
        assertThat(queues(2, mail + "," + bulk)).contains(new Queues(waiting, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\":[{\"name\":\"new\"}],\"page_count\":1}",
                "{\"items\":[{\"name\":\"new\",\"messages_ready\":3}],\"page_count\":1}",
                "{\"items\":[{\"name\":\"new\",\"consumers\":0}],\"page_count\":1}",
                "{\"items\":{},\"page_count\":1}",
                "{\"items\":[]}",
                "[]",
                "null"
            })
    void what_is_not_told_of_queues_is_not_known(String body) {
        answer = exchange -> reply(exchange, 200, body);
        assertThat(new Broker(api()).queues("a")).contains(new Queues(List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "403", "not JSON", "too long"})
    void queues_that_cannot_be_had_do_not_make_a_rabbitmq_unreachable(String what) {
        answer = exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/queues/")) {
                reply(exchange, 200, "{}");
            } else {
                switch (what) {
                    case "not JSON" -> reply(exchange, 200, "<html>");
                    case "too long" -> reply(exchange, 200, "\"" + "canary".repeat(1 << 18) + "\"");
                    default -> reply(exchange, Integer.parseInt(what), "");
                }
            }
        };
        var doors = new Doors(URI.create("amqp://127.0.0.1:1"), base());
        var probe = new HttpBrokerProbe(
                (namespace, secret) -> Optional.of(Map.of("username", "root", "password", "canary")),
                UnaryOperator.identity());
        var answered =
                (Answered) probe.ask(new BrokerAddress.Local(doors, "shop", "admin"), "a", "a", Optional.empty());
        assertThat(answered.vhost()).isPresent();
        assertThat(answered.queues()).isEmpty();
    }

    private Optional<Queues> queues(int pages, String items) {
        answer = exchange -> reply(exchange, 200, "{\"items\":[" + items + "],\"page_count\":" + pages + "}");
        return new Broker(api()).queues("a");
    }

    @Test
    void a_redirect_is_not_followed() throws IOException {
        var elsewhere = new ArrayList<String>();
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            elsewhere.add(exchange.getRequestURI().toString());
            reply(exchange, 200, "{}");
        });
        other.start();
        try {
            answer = exchange -> {
                exchange.getResponseHeaders()
                        .set(
                                "Location",
                                "http://127.0.0.1:" + other.getAddress().getPort() + "/");
                reply(exchange, 302, "");
            };
            assertThat(sentence(() -> api().get("vhosts", "a"))).endsWith("answers with code 302");
            assertThat(elsewhere).isEmpty();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void an_answer_without_end_is_not_read_to_its_end() {
        answer = exchange -> reply(exchange, 200, "\"" + "canary".repeat(1 << 18) + "\"");
        assertThat(sentence(() -> api().get("vhosts", "a")))
                .contains("does not answer")
                .doesNotContain("canary");
    }

    @Test
    void an_answer_that_drips_is_not_waited_for() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        };
        assertThat(sentence(() -> api(Duration.ofSeconds(1)).get("vhosts", "a")))
                .contains("did not answer within 1 s");
    }

    @Test
    void nobody_there_is_said_without_the_password() {
        server.stop(0);
        assertThat(sentence(() -> api().get("vhosts", "a")))
                .startsWith("the management API of 127.0.0.1:")
                .contains("does not answer (ConnectException)")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource({
        "200, <html>canary</html>, answers something else than a RabbitMQ's management API would",
        "401, canary, does not let its administrator in",
        "403, canary, does not let its administrator in",
        "500, canary, answers with code 500"
    })
    void what_is_answered_is_not_cited(int code, String body, String sentence) {
        answer = exchange -> reply(exchange, code, body);
        assertThat(sentence(() -> api().get("vhosts", "a"))).endsWith(sentence).doesNotContain("canary");
        if (code != 200) {
            var content = JsonNodeFactory.instance.objectNode();
            assertThat(sentence(() -> api().put(content, "vhosts", "a"))).endsWith(sentence);
            assertThat(sentence(() -> api().delete("vhosts", "a"))).endsWith(sentence);
        }
    }

    @Test
    void what_is_gone_is_deleted() {
        answer = exchange -> reply(exchange, 404, "");
        api().delete("vhosts", "a");
        assertThat(asked).hasSize(1);
        assertThat(api().get("vhosts", "a")).isEmpty();
    }
}
