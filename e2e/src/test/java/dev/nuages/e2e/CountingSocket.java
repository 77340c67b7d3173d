package dev.nuages.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One user with an open websocket, who connects again when told that the service restarts, and has the site count on. */
final class CountingSocket implements WebSocket.Listener {
    private static final int SERVICE_RESTART = 1012;

    /** A slow answer is not a lost one. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern NUMBER = Pattern.compile("\"number\":\\s*(\\d+)");

    private final HttpClient http;
    private final URI site;
    private final String host;
    private final Consumer<String> failed;
    private final AtomicInteger last = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private final StringBuilder heard = new StringBuilder();
    private volatile @Nullable WebSocket socket;
    private volatile boolean left;

    /** @param failed hears of all that goes wrong until he leaves */
    CountingSocket(HttpClient http, URI site, String host, Consumer<String> failed) {
        this.http = http;
        this.site = site;
        this.host = host;
        this.failed = failed;
    }

    /** How far the site has counted. */
    int counted() {
        return last.get();
    }

    /** How often it was closed because the service restarts. */
    int reconnected() {
        return restarts.get();
    }

    /** Opens it, if that can be done. */
    boolean opens() {
        return open().handle((opened, problem) -> problem == null).join();
    }

    private CompletableFuture<WebSocket> open() {
        var from = URI.create("ws://" + site.getAuthority() + "/ws/counter/?from=" + (last.get() + 1));
        return http.newWebSocketBuilder()
                .header("Host", host)
                .connectTimeout(PATIENCE)
                .buildAsync(from, this)
                .whenComplete((opened, problem) -> socket = opened);
    }

    private void openAgain() {
        var _ = open().exceptionally(problem -> {
            if (!left) {
                failed.accept("the websocket did not open: "
                        + (problem.getCause() instanceof WebSocketHandshakeException refused
                                ? "it was answered with "
                                        + refused.getResponse().statusCode()
                                : problem));
            }
            return null;
        });
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean whole) {
        heard.append(text);
        if (!whole) {
            from.request(1);
            return null;
        }
        var found = NUMBER.matcher(heard.toString());
        heard.setLength(0);
        if (found.find()) {
            int number = Integer.parseInt(found.group(1));
            if (number != last.get() + 1) {
                failed.accept("the websocket counted " + number + " after " + last.get());
            }
            last.set(number);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        if (!left && code != SERVICE_RESTART) {
            failed.accept("the websocket was closed with code " + code + " " + reason);
        }
        if (!left) {
            restarts.incrementAndGet();
            openAgain();
        }
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable problem) {
        if (!left) {
            failed.accept("the websocket was cut: " + problem);
        }
    }

    void leave() {
        left = true;
        var open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
