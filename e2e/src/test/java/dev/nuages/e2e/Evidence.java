package dev.nuages.e2e;

import dev.nuages.local.Home;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;

/**
 * Leaves what one needs to find out why a test, a row of one, or what goes before or after it failed, before its objects
 * are taken away.
 */
final class Evidence
        implements AfterTestExecutionCallback, InvocationInterceptor, LifecycleMethodExecutionExceptionHandler {
    private static final List<String> KINDS = List.of(
            "djangoapps",
            "djangoenvironments",
            "postgresservers",
            "postgresdatabases",
            "redisinstances",
            "rabbitmqvhosts",
            "deployments",
            "statefulsets",
            "horizontalpodautoscalers",
            "jobs",
            "cronjobs",
            "pods",
            "services",
            "ingresses",
            "httproutes",
            "configmaps",
            "persistentvolumeclaims");

    private static final String PODS = "{{range .items}}{{.metadata.namespace}} {{.metadata.name}}{{\"\\n\"}}{{end}}";

    /** Those whose containers were ended and begun anew. */
    private static final String ENDED = "{{range $pod := .items}}"
            + ended(".status.initContainerStatuses")
            + ended(".status.containerStatuses")
            + "{{end}}";

    /** Of each log of the cluster's programs: some hundred lines, which tell what became of a cluster that is down. */
    private static final long LAST_BYTES = 100_000;

    private final Function<String[], String> kubectl;
    private final Path logs;
    private final Path failures;

    Evidence() {
        this(Kubectl::kubectl, Home.ofThisUser().logs(), Repository.root().resolve("e2e/target/failures"));
    }

    /**
     * Into another folder.
     *
     * @param kubectl what a command prints; an AssertionError where it fails
     * @param logs the folder of the logs of the cluster's programs
     */
    Evidence(Function<String[], String> kubectl, Path logs, Path failures) {
        this.kubectl = kubectl;
        this.logs = logs;
        this.failures = failures;
    }

    @Override
    public void afterTestExecution(ExtensionContext test) {
        test.getExecutionException().ifPresent(failure -> keep(name(test), failure));
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> row, DynamicTestInvocationContext invocation, ExtensionContext test) throws Throwable {
        try {
            row.proceed();
        } catch (Throwable failure) {
            keep(name(test), failure);
            throw failure;
        }
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext tests, Throwable failure) throws Throwable {
        keep(name(tests) + ".beforeAll", failure);
        throw failure;
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext test, Throwable failure) throws Throwable {
        keep(name(test) + ".beforeEach", failure);
        throw failure;
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext test, Throwable failure) throws Throwable {
        keep(name(test) + ".afterEach", failure);
        throw failure;
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext tests, Throwable failure) throws Throwable {
        keep(name(tests) + ".afterAll", failure);
        throw failure;
    }

    /** The class, the method and the row, as far as it is about one; the outermost context is JUnit's own. */
    private static String name(ExtensionContext context) {
        String own = context.getDisplayName().replaceAll("[^A-Za-z0-9]+", "-").replaceFirst("-$", "");
        return context.getParent()
                .filter(parent -> parent.getParent().isPresent())
                .map(parent -> name(parent) + "." + own)
                .orElse(own);
    }

    /** That nothing can be kept hides no failure. */
    private void keep(String name, Throwable failure) {
        try {
            keep(failures.resolve(name));
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void keep(Path folder) throws IOException {
        delete(folder);
        keepLogs(Files.createDirectories(folder.resolve("programs")));
        keep(folder, "events.txt", "get", "events", "-A", "--sort-by=.metadata.creationTimestamp");
        keep(folder, "overview.txt", "get", "djangoapps,pods,jobs", "-A", "-o", "wide");
        for (String kind : KINDS) {
            keep(folder, kind + ".yaml", "get", kind, "-A", "-o", "yaml");
        }
        keep(folder, "operator.log", "-n", "nuages-system", "logs", "deployment/nuages-operator", "--tail=-1");
        for (String[] pod : ofPods(PODS)) {
            keep(folder, String.join(".", pod) + ".log", "-n", pod[0], "logs", pod[1], "--all-containers");
        }
        for (String[] ended : ofPods(ENDED)) {
            String file = String.join(".", ended) + ".previous.log";
            keep(folder, file, "-n", ended[0], "logs", ended[1], "-c", ended[2], "--previous");
        }
        System.err.println("What the cluster looked like then is in " + folder);
    }

    /** What the same test left when it failed another time. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void keepLogs(Path folder) throws IOException {
        if (!Files.isDirectory(logs)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(logs, "*.log")) {
            for (Path log : all) {
                try (SeekableByteChannel from = Files.newByteChannel(log)) {
                    from.position(Math.max(0, from.size() - LAST_BYTES));
                    Files.copy(Channels.newInputStream(from), folder.resolve(log.getFileName()));
                }
            }
        }
    }

    private static String ended(String statuses) {
        return "{{range " + statuses + "}}{{if .lastState.terminated}}"
                + "{{$pod.metadata.namespace}} {{$pod.metadata.name}} {{.name}}{{\"\\n\"}}{{end}}{{end}}";
    }

    /** What a template prints of all pods, by lines and words. */
    private List<String[]> ofPods(String template) {
        try {
            return kubectl.apply(new String[] {"get", "pods", "-A", "-o", "go-template=" + template})
                    .lines()
                    .map(line -> line.split(" ", -1))
                    .toList();
        } catch (AssertionError gone) {
            return List.of();
        }
    }

    private void keep(Path folder, String file, String... arguments) throws IOException {
        String text;
        try {
            text = kubectl.apply(arguments);
        } catch (AssertionError e) {
            text = String.valueOf(e.getMessage());
        }
        Files.writeString(folder.resolve(file), text);
    }
}
