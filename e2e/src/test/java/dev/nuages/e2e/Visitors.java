package dev.nuages.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * People who look at a site ten times a second, each over a connection of his own, until closed. It speaks HTTP by
 * itself because the JDK's client retries, which would hide what is to be found here, and allows no other Host.
 */
final class Visitors implements AutoCloseable {
    private static final int PERIOD_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern LENGTH = Pattern.compile("\r\n(?i:Content-Length):[ \t]*(\\d+)[ \t]*\r\n");
    private static final Pattern CHUNKED = Pattern.compile("\r\n(?i:Transfer-Encoding:[ \t]*chunked)[ \t]*\r\n");
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,7})[ \t]*(?:;[^\r\n]*)?\r\n");

    private final URI address;
    private final String host;
    private final Duration patience;
    private final List<Visit> visits = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> door;
    private int begun;

    /**
     * How one visit went.
     *
     * @param outcome the HTTP status, or what went wrong
     */
    record Visit(int number, String outcome) {}

    /** Begins at once. */
    Visitors(URI address, String host) {
        this(address, host, PATIENCE);
    }

    /**
     * Begins at once.
     *
     * @param patience how long a visit may take from its beginning to the answer's end
     */
    Visitors(URI address, String host, Duration patience) {
        this.address = address;
        this.host = host;
        this.patience = patience;
        door = clock.scheduleAtFixedRate(this::begin, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Waits until so many more have ended. */
    synchronized void awaitVisits(int more) throws InterruptedException {
        int wanted = visits.size() + more;
        while (visits.size() < wanted) {
            wait();
        }
    }

    /** Lets nobody in any more, and waits for those who are in: all visits, of which none is left out because it hangs. */
    List<Visit> end() throws InterruptedException {
        close();
        synchronized (this) {
            while (visits.size() < begun) {
                wait();
            }
            return List.copyOf(visits);
        }
    }

    private synchronized void begin() {
        begun++;
        Thread.ofVirtual().start(this::visit);
    }

    private void visit() {
        String outcome;
        long deadline = System.nanoTime() + patience.toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), millisUntil(deadline));
            String request =
                    "GET " + address.getPath() + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            outcome = outcome(answer(socket, deadline));
        } catch (SocketTimeoutException e) {
            outcome = "no whole answer within " + patience.toMillis() + " ms";
        } catch (IOException | RuntimeException e) {
            outcome = e.toString();
        }
        ended(outcome);
    }

    private static String answer(Socket socket, long deadline) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        for (int length = 0; length >= 0; length = socket.getInputStream().read(part)) {
            answer.write(part, 0, length);
            socket.setSoTimeout(millisUntil(deadline));
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return Math.toIntExact(millis);
    }

    /** The status of an answer that came whole, or what it lacks. */
    private static String outcome(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith("HTTP/1.1 ") || end < 0) {
            return "no HTTP: " + answer.lines().findFirst().orElse("nothing");
        }
        String status = answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
        String header = answer.substring(0, end + 2);
        String body = answer.substring(end + 4);
        if (CHUNKED.matcher(header).find()) {
            return hasLastChunk(body) ? status : status + ", but no last chunk";
        }
        Matcher length = LENGTH.matcher(header);
        if (!length.find()) {
            return status + ", but nothing that tells whether it is whole";
        }
        return body.length() == Integer.parseInt(length.group(1))
                ? status
                : status + ", but " + body.length() + " bytes of " + length.group(1);
    }

    /** Each chunk comes after a line with its length, and the last one is empty. */
    private static boolean hasLastChunk(String body) {
        Matcher chunk = CHUNK.matcher(body);
        int at = 0;
        while (at <= body.length() && chunk.region(at, body.length()).lookingAt()) {
            int length = Integer.parseInt(chunk.group(1), 16);
            if (length == 0) {
                return body.endsWith("\r\n\r\n");
            }
            at = chunk.end() + length + "\r\n".length();
        }
        return false;
    }

    private synchronized void ended(String outcome) {
        visits.add(new Visit(visits.size() + 1, outcome));
        notifyAll();
    }

    @Override
    public void close() {
        door.cancel(false);
        clock.close();
    }
}
