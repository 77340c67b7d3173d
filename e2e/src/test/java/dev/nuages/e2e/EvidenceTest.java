package dev.nuages.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
    private static final DynamicTestInvocationContext ANY = () -> () -> {};

    private final AssertionError failure = new AssertionError("the site is not Ready");

    @TempDir
    Path failures;

    @TempDir
    Path logs;

    @Test
    void whatFailsBeforeOrAfterATestLeavesEvidenceAndFailsOn() throws IOException {
        Evidence evidence = new Evidence(EvidenceTest::kubectl, logs, failures);

        assertFailsOn(() -> evidence.handleBeforeAllMethodExecutionException(tests(), failure));
        assertThat(kept()).containsExactly("SiteTest.beforeAll");
        assertFailsOn(() -> evidence.handleBeforeEachMethodExecutionException(test(null), failure));
        assertFailsOn(() -> evidence.handleAfterEachMethodExecutionException(test(null), failure));
        assertFailsOn(() -> evidence.handleAfterAllMethodExecutionException(tests(), failure));
        assertThat(kept())
                .containsExactly(
                        "SiteTest.afterAll",
                        "SiteTest.beforeAll",
                        "SiteTest.itIsReady.afterEach",
                        "SiteTest.itIsReady.beforeEach");
    }

    @Test
    @SuppressWarnings("NullAway") // a Void that is not null there is not
    void onlyARowThatFailsLeavesEvidence() throws Throwable {
        Evidence evidence = new Evidence(EvidenceTest::kubectl, logs, failures);
        ExtensionContext row = context("web: it listens, and \"beats\" in /dev (shm)", test(null), null);

        evidence.interceptDynamicTest(() -> null, ANY, row);
        assertThat(kept()).isEmpty();
        assertFailsOn(() -> evidence.interceptDynamicTest(
                () -> {
                    throw failure;
                },
                ANY,
                row));
        assertThat(kept()).containsExactly("SiteTest.itIsReady.web-it-listens-and-beats-in-dev-shm");
    }

    @Test
    void onlyATestThatFailsLeavesEvidence() throws IOException {
        Evidence evidence = new Evidence(EvidenceTest::kubectl, logs, failures);

        evidence.afterTestExecution(test(null));
        assertThat(kept()).isEmpty();
        evidence.afterTestExecution(test(failure));
        assertThat(kept()).containsExactly("SiteTest.itIsReady");
    }

    @Test
    void nothingIsKeptOfAnotherTimeThatItFailed() throws IOException {
        Evidence evidence = new Evidence(EvidenceTest::kubectl, logs, failures);
        evidence.afterTestExecution(test(failure));
        Path gone = Files.writeString(failures.resolve("SiteTest.itIsReady/e2e.web-of-then.log"), "of another day");

        evidence.afterTestExecution(test(failure));
        assertThat(gone).doesNotExist();
        assertThat(gone.resolveSibling("events.txt")).exists();
    }

    @Test
    void objectsAndLogsAreKeptAndThoseOfContainersThatEnded() throws IOException {
        new Evidence(EvidenceTest::kubectl, logs, failures).afterTestExecution(test(failure));

        Path folder = failures.resolve("SiteTest.itIsReady");
        for (String kind : List.of("djangoapps", "httproutes", "horizontalpodautoscalers", "cronjobs", "configmaps")) {
            assertThat(folder.resolve(kind + ".yaml")).hasContent("get " + kind + " -A -o yaml");
        }
        assertThat(folder.resolve("site.web-0.log")).hasContent("-n site logs web-0 --all-containers");
        assertThat(folder.resolve("site.web-0.web.previous.log")).hasContent("-n site logs web-0 -c web --previous");
        assertThat(folder.resolve("site.beat-0.init.previous.log"))
                .hasContent("previous terminated container not found");
    }

    @Test
    void ofEachProgramOfTheClusterTheEndOfItsLogIsKept() throws IOException {
        Files.writeString(logs.resolve("etcd.log"), "ready\n");
        Files.writeString(logs.resolve("kubelet.log"), "started\n" + "x".repeat(200_000) + "\nended\n");
        Function<String[], String> down = arguments -> {
            throw new AssertionError("the connection was refused");
        };

        new Evidence(down, logs, failures).afterTestExecution(test(failure));

        Path kept = failures.resolve("SiteTest.itIsReady/programs");
        assertThat(kept.resolve("etcd.log")).hasContent("ready");
        assertThat(Files.readString(kept.resolve("kubelet.log")))
                .hasSize(100_000)
                .endsWith("x\nended\n");
    }

    @Test
    void thatNothingCanBeKeptHidesNoFailure() throws IOException {
        UncheckedIOException missing = new UncheckedIOException(new IOException("no kubectl"));
        Function<String[], String> kubectl = arguments -> {
            throw missing;
        };

        new Evidence(kubectl, logs, failures).afterTestExecution(test(failure));
        assertThat(failure).hasSuppressedException(missing);
    }

    private void assertFailsOn(ThrowingCallable failing) {
        assertThatThrownBy(failing).isSameAs(failure).hasNoSuppressedExceptions();
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> folders = Files.list(failures)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** Says what it was asked, and knows two pods, each with a container that ended; the logs of one are gone. */
    private static String kubectl(String... arguments) {
        String asked = String.join(" ", arguments);
        if (asked.contains("lastState")) {
            return "site web-0 web\nsite beat-0 init\n";
        }
        if (asked.contains("go-template")) {
            return "site web-0\nsite beat-0\n";
        }
        if (asked.contains("beat-0") && asked.contains("--previous")) {
            throw new AssertionError("previous terminated container not found");
        }
        return asked;
    }

    private static ExtensionContext tests() {
        return context("SiteTest", context("JUnit Jupiter", null, null), null);
    }

    private static ExtensionContext test(@Nullable Throwable failure) {
        return context("itIsReady()", tests(), failure);
    }

    private static ExtensionContext context(
            String name, @Nullable ExtensionContext parent, @Nullable Throwable failure) {
        return (ExtensionContext) Proxy.newProxyInstance(
                ExtensionContext.class.getClassLoader(),
                new Class<?>[] {ExtensionContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getDisplayName" -> name;
                    case "getParent" -> Optional.ofNullable(parent);
                    case "getExecutionException" -> Optional.ofNullable(failure);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
