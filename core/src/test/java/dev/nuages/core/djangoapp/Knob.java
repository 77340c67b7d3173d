package dev.nuages.core.djangoapp;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * What a user sets, and what is then in the objects that the plans render: a row of a table of tests.
 *
 * @param environment more lines of the environment's spec
 * @param app more lines of the application's spec
 */
record Knob(String name, String environment, String app, Consumer<RenderedSite> then) {
    static Knob app(String app, Consumer<RenderedSite> then) {
        return new Knob(app, "", app, then);
    }

    static Knob environment(String environment, Consumer<RenderedSite> then) {
        return new Knob("environment: " + environment, environment, "", then);
    }

    static Knob both(String environment, String app, Consumer<RenderedSite> then) {
        return new Knob("environment: " + environment + ", app: " + app, environment, app, then);
    }

    static Stream<DynamicTest> table(Knob... rows) {
        return Arrays.stream(rows)
                .map(row -> dynamicTest(row.name(), () -> row.then().accept(row.site())));
    }

    private RenderedSite site() {
        return RenderedSite.of("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec:
                  postgres: {local: {}}
                  redis: {local: {}}
                  rabbitmq: {local: {}}
                  domain: example.org
                """ + environment.indent(2), yaml("1.0", app));
    }

    /** An application of some version, with more lines in its spec. */
    static String yaml(String version, String more) {
        return """
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: default}
                spec:
                  image: mysite
                  version: "%s"
                  settings: mysite.settings
                """.formatted(version) + more.indent(2);
    }

    static Container container(RenderedSite site, String component) {
        return site.pods(component).getSpec().getContainers().getFirst();
    }

    /** gunicorn's is what the script becomes that starts it. */
    static List<String> command(RenderedSite site, String component) {
        var command = container(site, component).getCommand();
        return command.contains(Scripts.GUNICORN)
                ? command.subList(command.indexOf(Scripts.GUNICORN) + 1, command.size())
                : command;
    }

    static long graceSeconds(RenderedSite site, String component) {
        return site.pods(component).getSpec().getTerminationGracePeriodSeconds();
    }

    static long preStopSeconds(RenderedSite site, String component) {
        return container(site, component).getLifecycle().getPreStop().getSleep().getSeconds();
    }

    /** Those with a value of their own. */
    static Map<String, String> variables(RenderedSite site, String component) {
        var variables = new TreeMap<String, String>();
        container(site, component).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach((EnvVar variable) -> variables.put(variable.getName(), variable.getValue()));
        return variables;
    }

    /** What a component's container asks for of a resource. */
    static String requested(RenderedSite site, String component, String resource) {
        return String.valueOf(
                container(site, component).getResources().getRequests().get(resource));
    }

    /** Which way leads where. */
    static List<String> routes(RenderedSite site) {
        return site.get(Ingress.class, "mysite").getSpec().getRules().getFirst().getHttp().getPaths().stream()
                .map(path ->
                        path.getPath() + " " + path.getBackend().getService().getName())
                .toList();
    }
}
