package dev.nuages.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * One who comes to the local cluster's door over TLS, and trusts one certificate alone.
 *
 * @param host the site's name, which the certificate must be for
 * @param keys the certificate and its key
 */
record TlsVisitor(String host, KeyStore keys) {
    private static final int PORT = 8443;
    private static final String ALIAS = "site";
    private static final String PASSWORD = "nobody-asks";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** With a new certificate, signed by itself. */
    static TlsVisitor of(String host, Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        var file = folder.resolve("keys.p12");
        var program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        var options = "-genkeypair -alias " + ALIAS + " -keyalg EC -groupname secp256r1 -dname CN=" + host
                + " -ext san=dns:" + host + " -storepass " + PASSWORD + " -keystore";
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(options.split(" ")));
        command.add(file.toString());
        var keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        return new TlsVisitor(host, KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
    }

    /** The certificate and its key for the cluster, as YAML. */
    String secret(String namespace, String name) throws GeneralSecurityException {
        return """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: %s}
                type: kubernetes.io/tls
                stringData:
                  tls.crt: |
                %s
                  tls.key: |
                %s
                """.formatted(
                name,
                namespace,
                pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()),
                pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
    }

    private static String pem(String what, byte[] der) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "    -----BEGIN %1$s-----%n%2$s    -----END %1$s-----".formatted(what, lines.indent(4));
    }

    /** An answer: all of it, its body as it came. */
    record Answer(String text) {
        int status() {
            return Integer.parseInt(text.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        }

        Optional<String> header(String name) {
            return found("\r\n(?i:" + name + "): ([^\r]*)\r\n").map(header -> header.group(1));
        }

        /** The first text in it that is such. */
        String first(String pattern) {
            return found(pattern)
                    .orElseThrow(() -> new AssertionError("no " + pattern + " in " + text))
                    .group();
        }

        private Optional<Matcher> found(String pattern) {
            var matcher = Pattern.compile(pattern).matcher(text);
            return matcher.find() ? Optional.of(matcher) : Optional.empty();
        }
    }

    /** Whether the door shows the certificate by now. */
    boolean trusts() {
        try {
            return get("/").status() == 200;
        } catch (IOException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    Answer get(String path) throws IOException, GeneralSecurityException {
        return send("GET " + path, "Accept-Encoding: " + (path.endsWith(".css") ? "gzip" : "identity"), "");
    }

    /** Sends the first form of a page, as a browser does that has it. */
    Answer vote(Answer page) throws IOException, GeneralSecurityException {
        var form = page.first("<form method=\"post\" action=\"[^\"]+");
        var choice = page.first("name=\"choice\" value=\"[^\"]+");
        return post(page, value(form), "choice=" + value(choice));
    }

    /** Signs in to Django's admin: who may is sent on (302), who may not sees the form again (200). */
    Answer signIn(String user, String password) throws IOException, GeneralSecurityException {
        var form = "/admin/login/";
        return post(get(form), form, "next=/admin/&username=" + user + "&password=" + password);
    }

    private Answer post(Answer page, String form, String fields) throws IOException, GeneralSecurityException {
        var token = page.first("csrfmiddlewaretoken\" value=\"[^\"]+");
        var cookie = page.first("csrftoken=[^;]+");
        var origin = "https://" + host + ":" + PORT;
        return send(
                "POST " + form,
                "Origin: " + origin + "\r\nCookie: " + cookie + "\r\nContent-Type: application/x-www-form-urlencoded",
                "csrfmiddlewaretoken=" + value(token) + "&" + fields);
    }

    private static String value(String attribute) {
        return attribute.substring(attribute.lastIndexOf('"') + 1);
    }

    private Answer send(String what, String header, String body) throws IOException, GeneralSecurityException {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT));
            plain.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            try (var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, PORT, true)) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                var request = what + " HTTP/1.1\r\nHost: " + host + ":" + PORT + "\r\nConnection: close\r\n" + header
                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                return new Answer(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
    }
}
