package dev.nuages.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Helm chart that keeps to {@code .Values.x.y} and {@code .Release.Namespace}, so that no Helm is needed to fill it
 * in.
 */
final class Chart {
    private static final Pattern EXPRESSION = Pattern.compile("\\{\\{(.*?)}}");
    private static final Pattern VALUE = Pattern.compile("\\.Values((?:\\.[A-Za-z][A-Za-z0-9]*)+)");

    private static final Pattern KUBE_VERSION = Pattern.compile("(?m)^kubeVersion: \">=1\\.(\\d+)");

    private final Path folder;
    private final KubernetesSerialization yaml;

    /**
     * @param folder holds {@code values.yaml}, {@code templates/} and {@code crds/}
     * @param yaml the client's, for it has learnt the kinds that it reads and writes
     */
    Chart(Path folder, KubernetesSerialization yaml) {
        this.folder = folder;
        this.yaml = yaml;
    }

    /** The custom resource definitions, in the order of their file names. */
    List<HasMetadata> crds() {
        return files("crds").map(file -> object(read(file))).toList();
    }

    /**
     * The objects of the templates, in the order of their file names.
     *
     * @param namespace where the namespaced ones go
     * @param values by their path, such as {@code image.reference}; the others are as {@code values.yaml} has them
     */
    List<HasMetadata> objects(String namespace, Map<String, String> values) {
        return files("templates")
                .map(file -> in(namespace, object(render(file, namespace, values))))
                .toList();
    }

    /** The oldest minor version of Kubernetes 1 that it is for: its {@code kubeVersion}, which Helm looks at. */
    int oldestKubernetes() {
        Matcher found = KUBE_VERSION.matcher(read(folder.resolve("Chart.yaml")));
        if (!found.find()) {
            throw new IllegalStateException("Chart.yaml has no kubeVersion of the form >=1.MINOR");
        }
        return Integer.parseInt(found.group(1));
    }

    private String render(Path template, String namespace, Map<String, String> values) {
        return EXPRESSION
                .matcher(read(template))
                .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
                        value(template, expression(found), namespace, values)));
    }

    private static String expression(MatchResult found) {
        return found.group(1).strip();
    }

    private String value(Path template, String expression, String namespace, Map<String, String> values) {
        if (expression.equals(".Release.Namespace")) {
            return namespace;
        }
        var named = VALUE.matcher(expression);
        if (!named.matches()) {
            throw new Refusal(template + " says {{ " + expression + " }}, but only .Values.x.y and .Release.Namespace"
                    + " can be filled in");
        }
        String path = named.group(1).substring(1);
        String given = values.get(path);
        return given == null ? standard(template, path) : given;
    }

    private String standard(Path template, String path) {
        @Nullable Object value = yaml.unmarshal(read(folder.resolve("values.yaml")), Map.class);
        for (String step : path.split("\\.", -1)) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        if (value == null || value instanceof Map) {
            throw new Refusal(template + " names .Values." + path + ", which values.yaml does not give");
        }
        return value.toString();
    }

    private static HasMetadata in(String namespace, HasMetadata object) {
        if (object instanceof Namespaced) {
            object.getMetadata().setNamespace(namespace);
        }
        return object;
    }

    private HasMetadata object(String text) {
        return yaml.unmarshal(text);
    }

    private Stream<Path> files(String subfolder) {
        try (Stream<Path> found = Files.list(folder.resolve(subfolder))) {
            return found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
