package dev.nuages.operator.djangoapp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.djangoapp.SiteAnswer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator asks a site, and what it says of each answer: the sentence is that of condition Serving. */
class HttpSiteProbeTest {
    private static final String ASKED = "GET /healthz of Service mysite-web";

    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<String> request = new CopyOnWriteArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void it_asks_the_service_for_the_site_as_the_proxy_would() {
        answers("HTTP/1.1 200 OK");
        assertThat(ask()).isEqualTo(new SiteAnswer(true, ASKED + " answered 200"));
        assertThat(names).containsExactly("mysite-web.default.svc");
        assertThat(request)
                .startsWith("GET /healthz HTTP/1.1", "Host: www.example.org")
                .contains("X-Forwarded-Proto: https", "Connection: close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 204 No Content", "HTTP/1.0 302 Found", "HTTP/1.1 200"})
    void a_site_that_answers_or_sends_elsewhere_serves(String answer) {
        answers(answer);
        assertThat(ask().good()).isTrue();
    }

    @Test
    void where_django_does_not_know_the_host_it_says_which_setting_to_look_at() {
        answers("HTTP/1.1 400 Bad Request");
        assertThat(ask())
                .isEqualTo(bad(" answered 400: is www.example.org among ALLOWED_HOSTS, as the settings read it?"));
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 404 Not Found, 404", "HTTP/1.1 500 Internal Server Error, 500", "HTTP/1.0 503, 503"})
    void an_error_is_said_by_its_number(String answer, String number) {
        answers(answer);
        assertThat(ask()).isEqualTo(bad(" answered " + number + " to host www.example.org"));
    }

    @Test
    void what_is_no_http_is_said_to_be_none() {
        answers("SSH-2.0-OpenSSH_9.9");
        assertThat(ask()).isEqualTo(bad(" got an answer that is not HTTP"));
    }

    @Test
    void a_connection_that_is_closed_without_an_answer_is_said() {
        plays(this::read);
        assertThat(ask()).isEqualTo(bad(" got no answer: the connection was closed"));
    }

    @Test
    void so_is_one_that_is_cut_off() {
        plays(socket -> {
            // With no time to linger it is reset.
            socket.setSoLinger(true, 0);
            read(socket);
        });
        assertThat(ask()).isEqualTo(bad(" got no answer: the connection was closed"));
    }

    @Test
    void a_site_that_says_little_at_a_time_is_not_waited_for_for_ever() {
        plays(socket -> {
            read(socket);
            socket.setSoTimeout(500);
            while (isThere(socket)) {
                socket.getOutputStream().write('H');
            }
        });
        assertThat(ask()).isEqualTo(bad(" got no answer within 5 s"));
    }

    private static boolean isThere(Socket other) throws IOException {
        try {
            return other.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    @Test
    void of_a_line_without_an_end_no_more_is_read_than_a_status_may_be() {
        plays(socket -> {
            read(socket);
            socket.getOutputStream().write("HTTP/1.1 ".concat("2".repeat(2000)).getBytes(US_ASCII));
            assertThat(isThere(socket)).as("until the other side goes").isFalse();
        });
        assertThat(ask()).isEqualTo(bad(" got an answer that is not HTTP"));
    }

    @Test
    void where_nobody_listens_no_pod_took_the_connection() throws IOException {
        server.close();
        assertThat(ask()).isEqualTo(bad(" got no answer: no pod took the connection"));
    }

    @Test
    void a_service_without_a_name_in_dns_is_not_known() {
        var probe = new HttpSiteProbe(name -> InetSocketAddress.createUnresolved(name, 80));
        assertThat(probe.ask("default", "mysite-web", "www.example.org", "/healthz"))
                .isEqualTo(bad(" got no answer: the Service's name is not known"));
    }

    private SiteAnswer ask() {
        var probe = new HttpSiteProbe(name -> {
            names.add(name);
            return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        });
        return probe.ask("default", "mysite-web", "www.example.org", "/healthz");
    }

    private static SiteAnswer bad(String words) {
        return new SiteAnswer(false, ASKED + words);
    }

    private void answers(String status) {
        plays(socket -> {
            read(socket);
            socket.getOutputStream().write((status + "\r\nContent-Length: 0\r\n\r\n").getBytes(US_ASCII));
        });
    }

    /** What a server does with a connection. */
    @FunctionalInterface
    private interface Play {
        void with(Socket socket) throws IOException;
    }

    /** Takes one connection, and closes it in the end. */
    private void plays(Play play) {
        Thread.startVirtualThread(() -> {
            try (var socket = server.accept()) {
                play.with(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Reads a request up to the empty line at its end. */
    private void read(Socket socket) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        for (var line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            request.add(line);
        }
    }
}
