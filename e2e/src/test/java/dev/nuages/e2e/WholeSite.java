package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * {@code examples/mysite/everything.yaml} with an environment of its own.
 *
 * @param namespace where it runs, and its environment's name
 */
record WholeSite(String namespace, String host) {
    private static final URI DOOR = URI.create("http://127.0.0.1:8080/");

    /**
     * Makes it, and waits until it is Ready.
     *
     * @param change what to merge into the spec, as YAML
     */
    void install(String change) throws IOException {
        make(change);
        awaitReady();
    }

    /**
     * Makes it.
     *
     * @param change what to merge into the spec, as YAML
     */
    void make(String change) throws IOException {
        Namespaces.fresh(namespace);
        kubectl("delete", "djangoenvironment", namespace, "--ignore-not-found");
        Kubectl.apply("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata:
                  name: %s
                spec:
                  deletionPolicy: Delete
                """.formatted(namespace)
                + Files.readString(Repository.root().resolve("examples/environment.yaml"))
                        .replaceFirst("(?s)^.*?\nspec:\n", "")
                        // Several are here at once, beside the example: with more, pods wait for each other's
                        // processors.
                        .replace("cpu: 40m", "cpu: 10m"));
        var site = Files.readString(Repository.root().resolve("examples/mysite/everything.yaml"))
                .replace("  name: everything", "  name: everything\n  namespace: " + namespace)
                .replace("  host: everything.localhost", "  host: " + host)
                .replace("spec:\n  image", "spec:\n  environment: " + namespace + "\n  image");
        Kubectl.apply(Kubectl.changed(site, "spec:\n" + change.indent(2)));
    }

    void uninstall() {
        Namespaces.remove(namespace);
        kubectl("delete", "djangoenvironment", namespace);
    }

    /** Waits until it is Ready at the version that was asked for, and as it was asked for. */
    void awaitReady() {
        await("jsonpath={.status.observedGeneration}=" + app("{.metadata.generation}"));
        await("jsonpath={.status.migratedVersion}=" + app("{.spec.version}"));
        await("jsonpath={.status.phase}=Ready");
    }

    /** Waits for a condition of the application, as {@code kubectl wait --for} has it. */
    void await(String condition) {
        Kubectl.await(namespace, "djangoapp/everything", condition);
    }

    /** What is at a JSON path of the application. */
    String app(String path) {
        return of("get", "djangoapp", "everything", "-o", "jsonpath=" + path);
    }

    /**
     * Asks for something else.
     *
     * @param spec what to merge into the spec, as JSON
     */
    void patch(String spec) {
        of("patch", "djangoapp", "everything", "--type=merge", "-p", "{\"spec\":" + spec + "}");
    }

    /**
     * Has its environment be something else.
     *
     * @param spec what to merge into the environment's spec, as JSON
     */
    void patchEnvironment(String spec) {
        kubectl("patch", "djangoenvironment", namespace, "--type=merge", "-p", "{\"spec\":" + spec + "}");
    }

    /** Stops it, and waits until nothing of it runs. */
    void stop() {
        patch("{\"stopped\":true}");
        await("jsonpath={.status.phase}=Stopped");
        within(Duration.ofMinutes(3))
                .until(() ->
                        names("pods", "--field-selector=status.phase=Running").isEmpty());
    }

    /** What {@code kubectl} answers in its namespace. */
    String of(String... arguments) {
        var all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(arguments));
        return kubectl(all.toArray(String[]::new));
    }

    /** The names of all objects of a kind. */
    List<String> names(String kind, String... selector) {
        var arguments = new ArrayList<>(List.of("get", kind));
        arguments.addAll(List.of(selector));
        arguments.addAll(List.of("-o", "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}"));
        return of(arguments.toArray(String[]::new)).lines().toList();
    }

    /**
     * Ends a pod as a node that breaks down would: its processes stand still, for as long as that takes, then they are gone;
     * they hear of nothing, and have no moment to tidy up.
     */
    void kill(String pod, Runnable meanwhile) {
        var processes = Components.ofPod(of("get", "pod", pod, "-o", "jsonpath={.metadata.uid}"));
        assertThat(processes).as("the processes of pod %s", pod).isNotEmpty();
        // The kubelet tells them to end (SIGTERM), and means it (SIGKILL) two seconds later: what is stopped does not
        // hear.
        Components.stop(processes);
        meanwhile.run();
        of("delete", "pod", pod, "--grace-period=0", "--force");
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether a worker that was told to end while it had a task ended that first. */
    void assertThatATaskInHandWasEnded(String counts) {
        var told = of(
                        "get",
                        "events",
                        "--field-selector=reason=Killing",
                        "-o",
                        "jsonpath={range .items[*]}{.involvedObject.name} {.firstTimestamp}{\"\\n\"}{end}")
                .lines()
                .filter(line -> line.startsWith("everything-celery-slow-"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(' ')),
                        line -> Instant.parse(line.substring(line.indexOf(' ') + 1)),
                        (first, again) -> first));
        assertThat(told).as("the workers of long tasks that were told to end").isNotEmpty();
        assertThat(told)
                .as("when each was told to end, of those that ended a task later, by %s", counts)
                .anySatisfy((pod, when) -> assertThat(WholeSite.time(counts, "slow@" + pod))
                        .hasValueSatisfying(end -> assertThat(end).isAfter(when.plusSeconds(1))));
    }

    Load load(String prefix) {
        return load(DOOR, prefix);
    }

    /** Users who come in by another door than the local cluster's own. */
    Load load(URI door, String prefix) {
        return new Load(door, host, prefix).begun();
    }

    /** Nobody's load yet: for a test that counts what the site does by itself, and leaves it the processors for that. */
    Load watch() {
        return new Load(DOOR, host, "nobody");
    }

    Visitors visitors() {
        return new Visitors(DOOR, host);
    }

    /**
     * Waits as long as that at most, also for a site that does not answer yet; it looks seldom, to leave the processors to
     * those it waits for.
     */
    static ConditionFactory within(Duration patience) {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .atMost(patience);
    }

    /** A time of the site's own counts. */
    static Optional<Instant> time(String counts, String name) {
        return Pattern.compile("\"" + Pattern.quote(name) + "\":\\s*\"([^\"]+)\"")
                .matcher(counts)
                .results()
                .map(found -> Instant.parse(found.group(1)))
                .findFirst();
    }

    /** A number of the site's own counts. */
    static int number(String counts, String name) {
        var found = Pattern.compile("\"" + name + "\":\\s*(\\d+)").matcher(counts);
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }
}
