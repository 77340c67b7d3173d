package dev.nuages.core.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes objects, each content once, and remembers what each change made of each, so that no change is computed twice.
 * Several threads may share one.
 */
public final class Pool {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final JsonMapper SORTED =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private final Map<Content, Stored> byContent = new ConcurrentHashMap<>();
    private final Map<Object, Stored> computed = new ConcurrentHashMap<>();
    private final AtomicLong made = new AtomicLong();

    private record Content(ObjectRef ref, ObjectNode json, Optional<ObjectNode> applied) {}

    private record Change(Stored before, Object change) {}

    private record Birth(HasMetadata wanted, String uid) {}

    static ObjectNode json(Object object) {
        return JSON.convertValue(object, ObjectNode.class);
    }

    static <T> T object(ObjectNode json, Class<T> type) {
        return JSON.convertValue(json, type);
    }

    /** As text whose fields are sorted, so that what is equal reads equal. */
    static String sorted(JsonNode json) {
        try {
            return SORTED.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is JSON", e);
        }
    }

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The object of this content. */
    Stored of(ObjectRef ref, ObjectNode json, Optional<ObjectNode> applied) {
        var content = new Content(ref, json, applied);
        var known = byContent.get(content);
        if (known != null) {
            return known;
        }
        HasMetadata object = JSON.convertValue(json, ref.type());
        object.getMetadata().setResourceVersion(String.valueOf(made.incrementAndGet()));
        var one = new Stored(ref, object, json, applied);
        var another = byContent.putIfAbsent(content, one);
        return another == null ? one : another;
    }

    /**
     * What a change makes of an object.
     *
     * @param change names the change: the same name does the same to the same object
     */
    public Stored edit(Stored before, Object change, Consumer<ObjectNode> edit) {
        return remember(before, change, () -> {
            var json = before.json().deepCopy();
            edit.accept(json);
            bumpGeneration(before.json(), json);
            return of(before.ref(), json, before.applied());
        });
    }

    /** What comes of an object that somebody creates. */
    Stored born(HasMetadata wanted, String uid, Supplier<Stored> compute) {
        return remember(new Birth(wanted, uid), compute);
    }

    Stored remember(Stored before, Object change, Supplier<Stored> compute) {
        return remember(new Change(before, change), compute);
    }

    private Stored remember(Object cause, Supplier<Stored> compute) {
        var known = computed.get(cause);
        if (known == null) {
            known = compute.get();
            computed.put(cause, known);
        }
        return known;
    }

    /** As the API server does it: a change of anything but metadata and status counts. */
    static void bumpGeneration(ObjectNode before, ObjectNode after) {
        if (after.has("spec") && !after.get("spec").equals(before.get("spec"))) {
            after.withObject("/metadata")
                    .put("generation", before.at("/metadata/generation").asLong(1) + 1);
        }
    }
}
