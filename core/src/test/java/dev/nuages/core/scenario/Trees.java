package dev.nuages.core.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Trees of YAML, one seen by the measure of another. Items of lists are found by their names where they have any. */
public final class Trees {
    private Trees() {}

    /** One laid over another: what both say is as the upper one says. */
    static ObjectNode over(ObjectNode lower, ObjectNode upper) {
        var both = lower.deepCopy();
        upper.properties().forEach(field -> both.set(field.getKey(), laid(both.get(field.getKey()), field.getValue())));
        return both;
    }

    private static JsonNode laid(JsonNode lower, JsonNode upper) {
        if (lower instanceof ObjectNode below && upper instanceof ObjectNode above) {
            return over(below, above);
        }
        if (lower instanceof ArrayNode below && upper instanceof ArrayNode above && named(below) && named(above)) {
            var both = below.deepCopy();
            for (var item : above) {
                var at = index(both, item);
                if (at.isPresent()) {
                    both.set(at.get(), laid(both.get(at.get()), item));
                } else {
                    both.add(item);
                }
            }
            return both;
        }
        return upper;
    }

    /** Of a tree only what a shape speaks of: its fields, and its lists' named items. */
    static JsonNode within(JsonNode tree, JsonNode shape) {
        if (tree instanceof ObjectNode fields && shape instanceof ObjectNode wanted) {
            var part = Yaml.object();
            wanted.fieldNames().forEachRemaining(name -> {
                if (fields.has(name)) {
                    part.set(name, within(fields.get(name), wanted.get(name)));
                }
            });
            return part;
        }
        if (tree instanceof ArrayNode items && shape instanceof ArrayNode wanted && named(items) && named(wanted)) {
            var part = items.arrayNode();
            wanted.forEach(item -> index(items, item).ifPresent(at -> part.add(within(items.get(at), item))));
            return part;
        }
        if (tree instanceof ArrayNode items && shape instanceof ArrayNode wanted && items.size() == wanted.size()) {
            var part = items.arrayNode();
            for (int i = 0; i < items.size(); i++) {
                part.add(within(items.get(i), wanted.get(i)));
            }
            return part;
        }
        return tree;
    }

    /** The same tree with its fields in the order of another, so that only what differs differs. */
    public static JsonNode inOrderOf(JsonNode model, JsonNode tree) {
        if (tree instanceof ObjectNode fields && model instanceof ObjectNode order) {
            var ordered = Yaml.object();
            order.fieldNames().forEachRemaining(name -> {
                if (fields.has(name)) {
                    ordered.set(name, inOrderOf(order.get(name), fields.get(name)));
                }
            });
            fields.properties().stream()
                    .filter(field -> !ordered.has(field.getKey()))
                    .forEach(field -> ordered.set(field.getKey(), field.getValue()));
            return ordered;
        }
        if (tree instanceof ArrayNode items && model instanceof ArrayNode order) {
            var ordered = items.arrayNode();
            for (int i = 0; i < items.size(); i++) {
                ordered.add(i < order.size() ? inOrderOf(order.get(i), items.get(i)) : items.get(i));
            }
            return ordered;
        }
        return tree;
    }

    private static boolean named(ArrayNode items) {
        for (var item : items) {
            if (!item.has("name")) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Integer> index(ArrayNode items, JsonNode named) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).get("name").equals(named.get("name"))) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }
}
