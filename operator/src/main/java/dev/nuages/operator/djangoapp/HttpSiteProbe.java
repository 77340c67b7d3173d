package dev.nuages.operator.djangoapp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nuages.core.djangoapp.SiteAnswer;
import dev.nuages.core.djangoapp.SiteProbe;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Asks over HTTP. By hand, since the JDK's client sends no Host header but that of the address it connects to, and this
 * one connects to the Service and asks for the site.
 */
public final class HttpSiteProbe implements SiteProbe {
    private static final int PORT = 80;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 5_000;
    private static final int MAX_LINE_BYTES = 1024;
    private static final int BAD_REQUEST = 400;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");

    private final Function<String, InetSocketAddress> route;

    /** A probe that finds a Service by its name in the cluster's DNS. */
    public HttpSiteProbe() {
        this(name -> new InetSocketAddress(name, PORT));
    }

    /**
     * A probe that finds a Service by {@code route}.
     *
     * @param route from a name such as {@code mysite-web.default.svc} to an address
     */
    public HttpSiteProbe(Function<String, InetSocketAddress> route) {
        this.route = route;
    }

    @Override
    public SiteAnswer ask(String namespace, String service, String host, String path) {
        var what = "GET " + path + " of Service " + service;
        try (var socket = new Socket()) {
            socket.connect(route.apply(service + "." + namespace + ".svc"), CONNECT_MILLIS);
            var request = "GET " + path + " HTTP/1.1\r\nHost: " + host
                    + "\r\nX-Forwarded-Proto: https\r\nUser-Agent: nuages-operator\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            socket.getOutputStream().flush();
            var first = firstLine(socket);
            return first.isEmpty()
                    ? bad(what + " got no answer: the connection was closed")
                    : judged(what, host, first);
        } catch (UnknownHostException | java.nio.channels.UnresolvedAddressException e) {
            return bad(what + " got no answer: the Service's name is not known");
        } catch (SocketTimeoutException e) {
            return bad(what + " got no answer within " + READ_MILLIS / 1000 + " s");
        } catch (ConnectException | NoRouteToHostException e) {
            return bad(what + " got no answer: no pod took the connection");
        } catch (IOException e) {
            return bad(what + " got no answer: the connection was closed");
        }
    }

    /** As much of it as there is when it ends, the time is over, or it is longer than any that counts. */
    private static String firstLine(Socket socket) throws IOException {
        var bytes = new byte[MAX_LINE_BYTES];
        int length = 0;
        long until = System.nanoTime() + Duration.ofMillis(READ_MILLIS).toNanos();
        while (length < bytes.length) {
            socket.setSoTimeout(millisUntil(until));
            int read = socket.getInputStream().read(bytes, length, bytes.length - length);
            var text = new String(bytes, 0, length + Math.max(read, 0), US_ASCII);
            if (read < 0 || text.contains("\n")) {
                return text.lines().findFirst().orElse("");
            }
            length += read;
        }
        return new String(bytes, US_ASCII);
    }

    private static int millisUntil(long nanos) throws SocketTimeoutException {
        long left = Duration.ofNanos(nanos - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new SocketTimeoutException("the time is over");
        }
        return (int) left;
    }

    private static SiteAnswer judged(String what, String host, String first) {
        var status = STATUS.matcher(first);
        if (!status.matches()) {
            return bad(what + " got an answer that is not HTTP");
        }
        int code = Integer.parseInt(status.group(1));
        if (code == BAD_REQUEST) {
            return bad(what + " answered 400: is " + host + " among ALLOWED_HOSTS, as the settings read it?");
        }
        return code < BAD_REQUEST
                ? new SiteAnswer(true, what + " answered " + code)
                : bad(what + " answered " + code + " to host " + host);
    }

    private static SiteAnswer bad(String words) {
        return new SiteAnswer(false, words);
    }
}
