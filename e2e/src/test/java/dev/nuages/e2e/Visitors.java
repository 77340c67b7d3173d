package dev.nuages.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * People who look at a site ten times a second, each over a connection of his own, until closed. It speaks HTTP by
 * itself because the JDK's client retries, which would hide what is to be found here, and allows no other Host.
 */
final class Visitors implements AutoCloseable {
    private static final int PERIOD_MILLIS = 100;
    private static final int PATIENCE_MILLIS = 10_000;

    private final URI address;
    private final String host;
    private final List<Visit> visits = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> door;

    /**
     * How one visit went.
     *
     * @param outcome the HTTP status, or what went wrong
     */
    record Visit(int number, String outcome) {}

    /** Begins at once. */
    Visitors(URI address, String host) {
        this.address = address;
        this.host = host;
        door = clock.scheduleAtFixedRate(
                () -> Thread.ofVirtual().start(this::visit), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Waits until so many more have ended. */
    synchronized void awaitVisits(int more) throws InterruptedException {
        int wanted = visits.size() + more;
        while (visits.size() < wanted) {
            wait(PATIENCE_MILLIS);
        }
    }

    /** Those that have ended. */
    synchronized List<Visit> visits() {
        return List.copyOf(visits);
    }

    private void visit() {
        String outcome;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            String request =
                    "GET " + address.getPath() + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            outcome = status(answer);
        } catch (SocketTimeoutException e) {
            outcome = "no answer within " + PATIENCE_MILLIS + " ms";
        } catch (IOException | UncheckedIOException e) {
            outcome = e.toString();
        }
        ended(outcome);
    }

    /** The status of an answer that came whole. */
    private static String status(String answer) {
        if (!answer.startsWith("HTTP/1.1 ") || !answer.contains("\r\n\r\n")) {
            return "no HTTP: " + answer.lines().findFirst().orElse("nothing");
        }
        return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    }

    private synchronized void ended(String outcome) {
        visits.add(new Visit(visits.size() + 1, outcome));
        notifyAll();
    }

    @Override
    public void close() {
        door.cancel(false);
        clock.shutdown();
    }
}
