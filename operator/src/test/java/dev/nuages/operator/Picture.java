package dev.nuages.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All that an application has become, without what differs from one run to the next, as text that can be compared. */
final class Picture {
    private static final List<String> OF_ONE_RUN =
            List.of("uid", "resourceVersion", "creationTimestamp", "managedFields", "generation");

    private static final Pattern CHANCE = Pattern.compile(
            "[0-9a-f]{8}-[0-9a-f-]{27}" // uids
                    + "|\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z?"
                    + "|(?<=-migrate-)[0-9a-f]{10}"
                    + "|(?<=nuages.dev/(config|wanted): )\"?[0-9a-f]{16}\"?"
                    + "|10\\.96\\.\\d+\\.\\d+" // addresses of Services
                    + "|\\d{15,}/\\d+"); // databases

    private Picture() {}

    static String of(KubernetesClient admin, String namespace) {
        return Witness.objects(admin, namespace)
                .map(Picture::text)
                .map(text -> CHANCE.matcher(text).replaceAll("…"))
                // The names of databases follow those of namespaces.
                .map(text -> text.replace(namespace, "here").replace(namespace.replace('-', '_'), "here"))
                .sorted()
                .collect(Collectors.joining("---\n"));
    }

    private static String text(HasMetadata object) {
        var tree = Yaml.tree(object);
        if (tree.get("metadata") instanceof ObjectNode meta) {
            meta.remove(OF_ONE_RUN);
        }
        if (object instanceof Secret && tree.get("data") instanceof ObjectNode data) {
            data.fieldNames().forEachRemaining(key -> data.put(key, ""));
        }
        return Yaml.text(tree);
    }
}
