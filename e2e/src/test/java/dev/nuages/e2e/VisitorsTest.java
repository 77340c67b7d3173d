package dev.nuages.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisitorsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            whole                 | 200 OK/Content-Length: 5//hello                             | 200
            whole and empty       | 302 Found/content-length: 0//                               | 302
            cut                   | 200 OK/Content-Length: 5//hel                               | 200, but 3 bytes of 5
            cut before its body   | 200 OK/Content-Length: 5//                                  | 200, but 0 bytes of 5
            cut in its header     | 200 OK/Content-Length: 5/                                   | no HTTP: HTTP/1.1 200 OK
            whole chunks          | 200 OK/Transfer-Encoding: chunked//5/hello/0//              | 200
            whole, with a trailer | 200 OK/transfer-encoding: chunked//A;x=y/01234/567/0/A: b// | 200
            cut in a chunk        | 200 OK/Transfer-Encoding: chunked//5/hel                    | 200, but no last chunk
            cut after a chunk     | 200 OK/Transfer-Encoding: chunked//5/hello/                 | 200, but no last chunk
            cut in the last chunk | 200 OK/Transfer-Encoding: chunked//5/hello/0/               | 200, but no last chunk
            cut after a false end | 200 OK/Transfer-Encoding: chunked//A/0//                    | 200, but no last chunk
            of no known length    | 200 OK/Server: x//hello                                     | 200, but nothing that tells whether it is whole
            """)
    void anAnswerCountsOnlyWhenItCameWhole(String name, String answer, String outcome) throws Exception {
        String sent = "HTTP/1.1 " + answer.replace("/", "\r\n");
        try (Site site = new Site(out -> out.write(sent.getBytes(StandardCharsets.US_ASCII)))) {
            Visitors visitors = site.visitors(Duration.ofSeconds(10));
            visitors.awaitVisits(1);
            assertThat(visitors.end())
                    .isNotEmpty()
                    .allSatisfy(visit -> assertThat(visit.outcome()).isEqualTo(outcome));
        }
    }

    @Test
    @Timeout(60)
    void aVisitThatHangsIsWaitedForAndJudged() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (Site site = new Site(out -> {
            hanging.countDown();
            over.await();
        })) {
            Visitors visitors = site.visitors(Duration.ofMillis(300));
            hanging.await();
            assertThat(visitors.end())
                    .isNotEmpty()
                    .allSatisfy(visit -> assertThat(visit.outcome()).isEqualTo("no whole answer within 300 ms"));
        } finally {
            over.countDown();
        }
    }

    @Test
    @Timeout(60)
    void anAnswerThatGoesOnAndOnHangsToo() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Site site = new Site(out -> {
            while (!over.await(20, TimeUnit.MILLISECONDS)) {
                out.write('1');
            }
        })) {
            Visitors visitors = site.visitors(Duration.ofMillis(300));
            visitors.awaitVisits(1);
            assertThat(visitors.end())
                    .allSatisfy(visit -> assertThat(visit.outcome()).isEqualTo("no whole answer within 300 ms"));
        } finally {
            over.countDown();
        }
    }

    /** What is said to everyone who asks, before the connection is closed. */
    private interface Answer {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private static final class Site implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        private final Answer answer;

        Site(Answer answer) throws IOException {
            this.answer = answer;
            Thread.ofVirtual().start(this::serve);
        }

        Visitors visitors(Duration patience) {
            return new Visitors(
                    URI.create("http://127.0.0.1:" + door.getLocalPort() + "/"), "site.localhost", patience);
        }

        private void serve() {
            while (!door.isClosed()) {
                try {
                    Socket visitor = door.accept();
                    Thread.ofVirtual().start(() -> answer(visitor));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void answer(Socket visitor) {
            try (visitor) {
                // To the end of the request: a connection closed with something unread in it is reset.
                var in = visitor.getInputStream();
                for (String end = ""; !end.endsWith("\r\n\r\n"); end += (char) in.read()) {}
                answer.write(visitor.getOutputStream());
            } catch (IOException | InterruptedException gone) {
                // He went before he was answered.
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
