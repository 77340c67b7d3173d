package dev.nuages.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What a site on this machine says to a visitor.
 *
 * @param line the status line, such as {@code HTTP/1.1 200 OK}, or what went wrong
 */
record SiteAnswer(String line) {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LONGEST_LINE = 200;

    /**
     * Asks once. It speaks HTTP by itself because names below {@code localhost} are known to browsers and curl only: the
     * connection goes to the loopback address, whatever the name. With TLS any certificate will do, for those of a local
     * site are made up.
     */
    static SiteAnswer of(URI site) {
        boolean secure = "https".equals(site.getScheme());
        try (Socket plain = new Socket()) {
            int port = site.getPort() >= 0 ? site.getPort() : secure ? 443 : 80;
            plain.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MILLIS);
            plain.setSoTimeout(PATIENCE_MILLIS);
            Socket socket = secure ? AnyCertificate.layered(plain, site.getHost(), port) : plain;
            String path = site.getRawPath().isEmpty() ? "/" : site.getRawPath();
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + site.getHost() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(LONGEST_LINE);
            return new SiteAnswer(new String(answer, StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .orElse("nothing"));
        } catch (IOException e) {
            return new SiteAnswer(String.valueOf(e.getMessage()));
        }
    }

    /** True if it is what a site says that is closed: 503. */
    boolean isUnavailable() {
        return line.matches("HTTP/1\\.[01] 503\\b.*");
    }

    /** True if it is a page, or shows the way to one. */
    boolean isFine() {
        return line.matches("HTTP/1\\.[01] [23][0-9]{2}\\b.*");
    }
}
