package dev.nuages.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves what one needs to find out why a test failed, before the test takes its objects away. */
final class Evidence implements AfterTestExecutionCallback {
    private static final List<String> KINDS = List.of(
            "djangoapps",
            "djangoenvironments",
            "postgresservers",
            "postgresdatabases",
            "redisinstances",
            "rabbitmqvhosts",
            "deployments",
            "statefulsets",
            "jobs",
            "pods",
            "services",
            "ingresses",
            "persistentvolumeclaims");

    @Override
    public void afterTestExecution(ExtensionContext test) throws IOException {
        if (test.getExecutionException().isEmpty()) {
            return;
        }
        Path folder = Repository.root()
                .resolve("e2e/target/failures")
                .resolve(test.getRequiredTestClass().getSimpleName() + "."
                        + test.getRequiredTestMethod().getName());
        Files.createDirectories(folder);
        keep(folder, "events.txt", "get", "events", "-A", "--sort-by=.metadata.creationTimestamp");
        keep(folder, "overview.txt", "get", "djangoapps,pods,jobs", "-A", "-o", "wide");
        for (String kind : KINDS) {
            keep(folder, kind + ".yaml", "get", kind, "-A", "-o", "yaml");
        }
        keep(folder, "operator.log", "-n", "nuages-system", "logs", "deployment/nuages-operator", "--tail=-1");
        for (String pod : pods()) {
            String[] name = pod.split("/", -1);
            keep(folder, pod.replace('/', '.') + ".log", "-n", name[0], "logs", name[1], "--all-containers");
        }
        System.err.println("What the cluster looked like then is in " + folder);
    }

    private static List<String> pods() {
        try {
            String template = "{range .items[*]}{.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}";
            return Kubectl.kubectl("get", "pods", "-A", "-o", "jsonpath=" + template)
                    .lines()
                    .toList();
        } catch (AssertionError gone) {
            return List.of();
        }
    }

    private static void keep(Path folder, String file, String... arguments) throws IOException {
        String text;
        try {
            text = Kubectl.kubectl(arguments);
        } catch (AssertionError e) {
            text = String.valueOf(e.getMessage());
        }
        Files.writeString(folder.resolve(file), text);
    }
}
