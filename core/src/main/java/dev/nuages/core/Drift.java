package dev.nuages.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How an object differs from what is wanted of it. Fields that are not wanted are nobody's drift, for the API server
 * fills in defaults and others may have a say in them; but in a list that is wanted, such as a container's environment,
 * an item too many is drift as well, and so is an entry too many of a Secret or ConfigMap: pods get all there are. So are
 * fields by which an object would no longer do what it is for: a label more that a Service looks for, a command in place of
 * the image's own, a rollout that is held. What admission is recorded to have made of it ({@link Alterations}) is none.
 *
 * @param changed the fields that are not as wanted, as paths such as {@code spec.replicas}
 * @param extra the items and entries that are not wanted, as JSON pointers into the object, the last one first
 */
public record Drift(List<String> changed, List<String> extra) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Below these, texts are quantities: 0.5 and 500m are the same. */
    private static final Set<String> QUANTITIES = Set.of("limits", "requests", "hard", "capacity", "sizeLimit");

    /** What a Secret or a ConfigMap holds. */
    private static final String DATA = "/data";

    /** Maps of names that a user gives: in these an empty text is an entry like any other. */
    private static final Set<String> MAPS = Set.of(
            "data", "stringData", "binaryData", "labels", "annotations", "matchLabels", "nodeSelector", "selector");

    /** Which pods a Service leads to: to the API server one value, which is applied as a whole. */
    private static final String SELECTOR = "/spec/selector";

    /** What else a container's image would run. */
    private static final List<String> CONTAINER = List.of("command", "args");

    /** What holds a Deployment's rollout. */
    private static final List<String> WORKLOAD = List.of("paused");

    /** Lists under metadata are shared with others by their nature. */
    private static final Set<String> SHARED = Set.of("ownerReferences", "finalizers");

    public Drift {
        changed = List.copyOf(changed);
        extra = List.copyOf(extra);
    }

    public boolean none() {
        return changed.isEmpty() && extra.isEmpty();
    }

    public static Drift between(HasMetadata wanted, HasMetadata actual) {
        return between(tree(wanted), tree(actual));
    }

    /** The same of objects as JSON. */
    static Drift between(JsonNode wanted, JsonNode actual) {
        var differences = differences(wanted, actual);
        var altered = Alterations.recordedOn(actual);
        return new Drift(
                differences.changed().stream()
                        .filter(field -> !altered.allow(field))
                        .map(Difference::path)
                        .toList(),
                differences.extra().stream()
                        .filter(item -> !altered.allow(item))
                        .map(Difference::pointer)
                        .toList());
    }

    /**
     * A field or an item that is not as wanted.
     *
     * @param pointer a JSON pointer to it, in the object that there is
     * @param wanted what is wanted there; null of what is too much
     * @param actual what is there; null where there is nothing
     */
    record Difference(
            String path,
            String pointer,
            @Nullable JsonNode wanted,
            @Nullable JsonNode actual) {}

    /**
     * All that differs, be it recorded as admission's doing or not.
     *
     * @param extra what is too much, the last one first
     */
    record Differences(List<Difference> changed, List<Difference> extra) {}

    static Differences differences(HasMetadata wanted, HasMetadata actual) {
        return differences(tree(wanted), tree(actual));
    }

    private static Differences differences(JsonNode wanted, JsonNode actual) {
        var walk = new Walk();
        walk.compare(wanted, actual, "", "", "");
        return new Differences(walk.changed, walk.extra.reversed());
    }

    static JsonNode tree(HasMetadata object) {
        return JSON.valueToTree(object);
    }

    private static final class Walk {
        final List<Difference> changed = new ArrayList<>();
        final List<Difference> extra = new ArrayList<>();

        void compare(JsonNode wanted, @Nullable JsonNode actual, String path, String pointer, String field) {
            if (actual == null || actual.isNull()) {
                if (!isDropped(wanted, pointer)) {
                    changed.add(new Difference(path, pointer, wanted, null));
                }
            } else if (wanted.isObject() && actual.isObject()) {
                wanted.properties().forEach(entry -> {
                    var name = entry.getKey();
                    // Inside limits and the like each entry is a quantity, whatever it is called.
                    var kind = QUANTITIES.contains(field) ? field : name;
                    compare(entry.getValue(), actual.get(name), dotted(path, name), pointer + "/" + escape(name), kind);
                });
                if (pointer.equals(SELECTOR)) {
                    unwanted(wanted, actual, actual::fieldNames)
                            .forEach(name -> changed.add(tooMuch(path, pointer, name, actual)));
                }
                unwanted(wanted, actual, closed(wanted, actual, pointer))
                        .forEach(name -> extra.add(tooMuch(path, pointer, name, actual)));
            } else if (wanted instanceof ArrayNode w && actual instanceof ArrayNode a) {
                lists(w, a, path, pointer, field);
            } else if (!sameScalar(wanted, actual, field)) {
                changed.add(new Difference(path, pointer, wanted, actual));
            }
        }

        private static Difference tooMuch(String path, String pointer, String name, JsonNode parent) {
            return new Difference(dotted(path, name), pointer + "/" + escape(name), null, parent.get(name));
        }

        /** Whether the API server keeps no such field: most of its own kinds leave out a text that is empty. */
        private static boolean isDropped(JsonNode wanted, String pointer) {
            var parent = pointer.substring(0, Math.max(0, pointer.lastIndexOf('/')));
            return wanted.isTextual()
                    && wanted.asText().isEmpty()
                    && !MAPS.contains(parent.substring(parent.lastIndexOf('/') + 1));
        }

        /** The fields that are drift where they are not wanted, and can be taken out one by one. */
        private static Iterable<String> closed(JsonNode wanted, JsonNode actual, String pointer) {
            if (pointer.equals(DATA)) {
                return actual::fieldNames;
            }
            return wanted.has("image") ? CONTAINER : wanted.has("template") ? WORKLOAD : List.of();
        }

        private static List<String> unwanted(JsonNode wanted, JsonNode actual, Iterable<String> names) {
            var unwanted = new ArrayList<String>();
            names.forEach(name -> {
                if (actual.has(name) && !wanted.has(name)) {
                    unwanted.add(name);
                }
            });
            return unwanted;
        }

        private void lists(ArrayNode wanted, ArrayNode actual, String path, String pointer, String field) {
            var key = field.equals("volumeMounts") ? "mountPath" : "name";
            var actualByKey = byKey(actual, key);
            var wantedByKey = byKey(wanted, key);
            if (actualByKey == null || wantedByKey == null) {
                ordered(wanted, actual, path, pointer, field);
                return;
            }
            // Before what is inside the items: they are taken out after it, which is found by their places.
            if (!SHARED.contains(field)) {
                for (int i = 0; i < actual.size(); i++) {
                    var item = Objects.requireNonNull(actual.get(i));
                    var name = item.path(key).asText();
                    if (!wantedByKey.containsKey(name)) {
                        extra.add(new Difference(path + "[" + name + "]", pointer + "/" + i, null, item));
                    }
                }
            }
            wantedByKey.forEach((name, index) -> {
                var at = actualByKey.get(name);
                var item = path + "[" + name + "]";
                compare(
                        Objects.requireNonNull(wanted.get(index)),
                        at == null ? null : actual.get(at),
                        item,
                        pointer + "/" + at,
                        field);
            });
        }

        private void ordered(ArrayNode wanted, ArrayNode actual, String path, String pointer, String field) {
            if (wanted.size() != actual.size()) {
                changed.add(new Difference(path, pointer, wanted, actual));
                return;
            }
            for (int i = 0; i < wanted.size(); i++) {
                compare(
                        Objects.requireNonNull(wanted.get(i)),
                        actual.get(i),
                        path + "[" + i + "]",
                        pointer + "/" + i,
                        field);
            }
        }

        /** The items' places by the field that names them; null where they have no such names. */
        private static @Nullable Map<String, Integer> byKey(ArrayNode items, String key) {
            var places = new TreeMap<String, Integer>();
            for (int i = 0; i < items.size(); i++) {
                var name = Objects.requireNonNull(items.get(i)).path(key).asText();
                if (name.isEmpty() || places.put(name, i) != null) {
                    return null;
                }
            }
            return places;
        }

        private static boolean sameScalar(JsonNode wanted, JsonNode actual, String field) {
            if (wanted.equals(actual)
                    || (wanted.isValueNode() && wanted.asText().equals(actual.asText()))) {
                return true;
            }
            return QUANTITIES.contains(field)
                    && Quantity.parse(wanted.asText()).equals(Quantity.parse(actual.asText()));
        }

        private static String dotted(String path, String name) {
            return path.isEmpty() ? name : path + "." + name;
        }

        private static String escape(String name) {
            return name.replace("~", "~0").replace("/", "~1");
        }
    }
}
