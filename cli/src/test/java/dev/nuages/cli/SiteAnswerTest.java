package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteAnswerTest {

    @Test
    void aNameBelowLocalhostIsAskedOnTheLoopbackAddressByItsName() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            boolean right =
                    "mysite.localhost".equals(exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(right ? 200 : 404, -1);
            exchange.close();
        });
        server.start();
        try {
            int port = server.getAddress().getPort();
            SiteAnswer right = SiteAnswer.of(URI.create("http://mysite.localhost:" + port + "/"));
            SiteAnswer wrong = SiteAnswer.of(URI.create("http://another.localhost:" + port));

            assertThat(right.isFine()).as(right.line()).isTrue();
            assertThat(wrong.isFine()).as(wrong.line()).isFalse();
            assertThat(wrong.line()).startsWith("HTTP/1.1 404");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anAddressWithTlsIsAskedWithItWhateverTheCertificate() throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context()));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        try {
            SiteAnswer answer = SiteAnswer.of(
                    URI.create("https://mysite.localhost:" + server.getAddress().getPort() + "/"));

            assertThat(answer.isFine()).as(answer.line()).isTrue();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void nobodyThereIsAnAnswerToo() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        SiteAnswer answer = SiteAnswer.of(URI.create("http://mysite.localhost:" + port + "/"));

        assertThat(answer.isFine()).isFalse();
        assertThat(answer.line()).contains("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 503 Service Unavailable", "HTTP/1.1 404 Not Found", "nothing", "SSH-2.0-200"})
    void noPageIsNotFine(String line) {
        assertThat(new SiteAnswer(line).isFine()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK", "HTTP/1.1 302 Found", "HTTP/1.0 200"})
    void aPageOrTheWayToOneIsFine(String line) {
        assertThat(new SiteAnswer(line).isFine()).isTrue();
    }
}
