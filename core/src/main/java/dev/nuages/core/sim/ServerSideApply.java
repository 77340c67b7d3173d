package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Merges what is wanted into what is there: our fields become so, those we gave up go, those of others stay. */
final class ServerSideApply {
    private ServerSideApply() {}

    static ObjectNode merge(ObjectNode current, Optional<ObjectNode> applied, ObjectNode wanted) {
        var merged = current.deepCopy();
        applied.ifPresent(former -> dropGivenUp(merged, former, wanted));
        put(merged, wanted);
        return merged;
    }

    private static void dropGivenUp(ObjectNode target, ObjectNode former, JsonNode wanted) {
        for (var field : former.properties()) {
            var name = field.getKey();
            var there = target.get(name);
            var still = wanted.path(name);
            if (still.isMissingNode()) {
                target.remove(name);
            } else if (field.getValue() instanceof ObjectNode was && there instanceof ObjectNode now) {
                dropGivenUp(now, was, still);
            } else if (field.getValue() instanceof ArrayNode was && there instanceof ArrayNode now && keyed(was)) {
                dropItems(now, was, still);
            }
        }
    }

    private static void dropItems(ArrayNode target, ArrayNode former, JsonNode wanted) {
        for (int i = target.size() - 1; i >= 0; i--) {
            var key = key(target.get(i));
            var was = item(former, key);
            var still = item(wanted, key);
            if (was != null && still == null) {
                target.remove(i);
            } else if (was instanceof ObjectNode fields && still != null && target.get(i) instanceof ObjectNode now) {
                dropGivenUp(now, fields, still);
            }
        }
    }

    private static void put(ObjectNode target, ObjectNode wanted) {
        for (var field : wanted.properties()) {
            var name = field.getKey();
            var value = field.getValue();
            if (value instanceof ObjectNode fields && target.get(name) instanceof ObjectNode there) {
                put(there, fields);
            } else if (value instanceof ArrayNode items
                    && keyed(items)
                    && target.get(name) instanceof ArrayNode there
                    && keyed(there)) {
                putItems(there, items);
            } else {
                target.set(name, value.deepCopy());
            }
        }
    }

    private static void putItems(ArrayNode target, ArrayNode wanted) {
        for (var value : wanted) {
            var there = item(target, key(value));
            if (there instanceof ObjectNode now && value instanceof ObjectNode fields) {
                put(now, fields);
            } else {
                target.add(value.deepCopy());
            }
        }
    }

    /**
     * Lists of things with a name, or a uid as owner references have it, or a mountPath, are merged one by one; others as
     * one value.
     */
    private static boolean keyed(ArrayNode items) {
        for (var item : items) {
            if (key(item).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static String key(JsonNode item) {
        return item.path("uid")
                .asText(item.path("mountPath").asText(item.path("name").asText("")));
    }

    private static @Nullable JsonNode item(JsonNode items, String key) {
        for (var item : items) {
            if (key(item).equals(key)) {
                return item;
            }
        }
        return null;
    }
}
