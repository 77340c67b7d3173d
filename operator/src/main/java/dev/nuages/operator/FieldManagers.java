package dev.nuages.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who last wrote a field of an object, by the object's managedFields. */
final class FieldManagers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FieldManagers() {}

    /**
     * The manager other than {@code ours} that owns a field, the latest where there are several; empty where nobody else
     * does, as of a field that was taken away.
     *
     * @param path the field as a path such as {@code spec.replicas} or {@code spec.template.spec.containers[web].image}
     */
    static Optional<String> of(@Nullable List<ManagedFieldsEntry> entries, String path, String ours) {
        return Optional.ofNullable(entries).orElse(List.of()).stream()
                .filter(entry -> entry.getFieldsV1() != null && !ours.equals(entry.getManager()))
                .filter(entry -> owns(JSON.valueToTree(entry.getFieldsV1()), path))
                .max(Comparator.comparing(entry -> Objects.requireNonNullElse(entry.getTime(), "")))
                .map(ManagedFieldsEntry::getManager);
    }

    /**
     * Whether a manager owns a field, which is then as that one wrote it: the API server takes a field from all other
     * managers when somebody changes it or takes it away.
     */
    static boolean isOf(@Nullable List<ManagedFieldsEntry> entries, String path, String manager) {
        return Optional.ofNullable(entries).orElse(List.of()).stream()
                .filter(entry -> entry.getFieldsV1() != null && manager.equals(entry.getManager()))
                .anyMatch(entry -> owns(JSON.valueToTree(entry.getFieldsV1()), path));
    }

    /** Names may hold dots themselves, as labels do, so every way to read the path is tried. */
    private static boolean owns(JsonNode fields, String path) {
        if (path.isEmpty() || fields.isEmpty()) {
            return true;
        }
        return fields.properties().stream().anyMatch(child -> {
            var key = child.getKey();
            return switch (key.length() < 2 ? "" : key.substring(0, 2)) {
                case "f:" -> begins(path, key.substring(2), rest -> owns(child.getValue(), rest));
                case "k:" ->
                    keys(key.substring(2)).properties().stream()
                            .map(Map.Entry::getValue)
                            .anyMatch(value ->
                                    begins(path, "[" + value.asText() + "]", rest -> owns(child.getValue(), rest)));
                case "v:" -> begins(path, "[" + keys(key.substring(2)).asText() + "]", rest -> true);
                default -> false;
            };
        });
    }

    private static boolean begins(String path, String name, Predicate<String> then) {
        if (!path.startsWith(name)) {
            return false;
        }
        var rest = path.substring(name.length());
        if (rest.startsWith(".")) {
            return then.test(rest.substring(1));
        }
        return (rest.isEmpty() || rest.startsWith("[")) && then.test(rest);
    }

    private static JsonNode keys(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }
}
