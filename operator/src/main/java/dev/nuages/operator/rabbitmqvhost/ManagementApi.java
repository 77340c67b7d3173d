package dev.nuages.operator.rabbitmqvhost;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nuages.operator.Refusal;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Requests to a management API, as its administrator. They go nowhere else, for redirects are not followed, and give up
 * after seconds; what goes wrong is a sentence, which never cites what a server answered.
 */
final class ManagementApi {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** To make or delete a vhost is the longest of all that is done. */
    private static final Duration CHANGE = Duration.ofSeconds(30);

    /** Far more than what is asked for, and little enough for a stranger's server to fill. */
    private static final long MAX_ANSWER_BYTES = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();

    private final Administrator administrator;
    private final Duration look;
    private final Duration change;

    ManagementApi(Administrator administrator) {
        this(administrator, LOOK, CHANGE);
    }

    /**
     * @param look how long to wait for an answer to a question
     * @param change how long to wait for a change to be made
     */
    ManagementApi(Administrator administrator, Duration look, Duration change) {
        this.administrator = administrator;
        this.look = look;
        this.change = change;
    }

    /**
     * What is there; empty where nothing is.
     *
     * @param path below {@code /api}, part by part, not encoded
     * @throws Refusal where the API did not answer, or not with what was asked for
     */
    Optional<JsonNode> get(String... path) {
        return asked("", path);
    }

    /**
     * The same, of a list, as much of it as is asked for.
     *
     * @param query encoded
     */
    Optional<JsonNode> list(String query, String... path) {
        return asked("?" + query, path);
    }

    private Optional<JsonNode> asked(String query, String... path) {
        var answer = send(request(look, query, path).GET(), look);
        return switch (answer.statusCode()) {
            case HttpURLConnection.HTTP_OK -> Optional.of(json(answer.body()));
            case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
            default -> throw refused(answer.statusCode());
        };
    }

    /**
     * Makes it so.
     *
     * @throws Refusal where that could not be done, or is not known to be
     */
    void put(JsonNode content, String... path) {
        make(request(change, "", path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(content.toString())));
    }

    /**
     * Has it done what the path says.
     *
     * @throws Refusal where that could not be done, or is not known to be
     */
    void post(String... path) {
        // There is nothing to answer in, and RabbitMQ refuses who asks for JSON.
        make(request(change, "", path).setHeader("Accept", "*/*").POST(BodyPublishers.noBody()));
    }

    private void make(HttpRequest.Builder request) {
        var answer = send(request, change);
        if (answer.statusCode() / 100 != 2) {
            throw refused(answer.statusCode());
        }
    }

    /**
     * Deletes it, or finds it gone.
     *
     * @throws Refusal where that could not be done, or is not known to be
     */
    void delete(String... path) {
        var answer = send(request(change, "", path).DELETE(), change);
        if (answer.statusCode() / 100 != 2 && answer.statusCode() != HttpURLConnection.HTTP_NOT_FOUND) {
            throw refused(answer.statusCode());
        }
    }

    private HttpRequest.Builder request(Duration patience, String query, String... path) {
        var encoded = Arrays.stream(path).map(ManagementApi::encoded).collect(Collectors.joining("/"));
        var credentials = administrator.username() + ":" + administrator.password();
        return HttpRequest.newBuilder(URI.create(administrator.management() + "/api/" + encoded + query))
                .timeout(patience)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
                .header("Accept", "application/json");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> send(HttpRequest.Builder request, Duration patience) {
        var handler = BodyHandlers.limiting(BodyHandlers.ofString(), MAX_ANSWER_BYTES);
        var pending = HTTP.sendAsync(request.build(), handler);
        try {
            // The request's own timeout ends with the headers: a body could go on for ever.
            return pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unreachable("did not answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            // Only of what kind it is: some kinds cite what was sent.
            var cause = Objects.requireNonNullElse(e.getCause(), e);
            throw unreachable("does not answer (" + cause.getClass().getSimpleName() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("was not waited for");
        } finally {
            pending.cancel(true);
        }
    }

    private JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw unreachable("answers something else than a RabbitMQ's management API would");
        }
    }

    private Refusal refused(int code) {
        return switch (code) {
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
                new Refusal("BrokerRefused", where() + " does not let its administrator in");
            default -> new Refusal("BrokerRefused", where() + " answers with code " + code);
        };
    }

    private Refusal unreachable(String what) {
        return new Refusal("BrokerUnreachable", where() + " " + what);
    }

    private String where() {
        return "the management API of " + administrator.doors().management().getAuthority();
    }
}
