package dev.nuages.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How objects are read: whatever they hold, for one that cannot be read would keep its whole kind from being listed.
 *
 * <p>Fields that are not known here are left out: a newer version of a kind has others, and KEDA adds some to what it is
 * given. So is a value of an object of ours that is none of its field, as an older schema let in, or a newer one does; where
 * the user gave it, {@link #unread} tells of it, and no plan is to be made of the rest.
 */
public final class TolerantReading {
    private static final String SPEC = "spec";
    private static final String METADATA = "metadata";
    private static final String ANNOTATIONS = "annotations";

    private TolerantReading() {}

    /** To be given to the builder of a client; a new one each time, for a client may change it. */
    public static KubernetesSerialization serialization() {
        var mapper = new ObjectMapper()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .addMixIn(Quantity.class, KnownQuantity.class)
                .registerModule(new SimpleModule("nuages").setDeserializerModifier(new OfOurKinds()));
        return new KubernetesSerialization(mapper, true);
    }

    /**
     * What of an object's spec could not be read, as paths such as {@code spec.redis.maxMemory}, without what they hold;
     * empty where all could.
     */
    public static Optional<String> unread(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Nuages.UNREAD_ANNOTATION));
    }

    /** The client takes most texts for a quantity, and fails when it is asked how much that is. */
    @JsonDeserialize(using = QuantityDeserializer.class)
    private interface KnownQuantity {}

    private static final class QuantityDeserializer extends JsonDeserializer<Quantity> {
        private static final Pattern QUANTITY = Pattern.compile(Rules.QUANTITY);

        @Override
        public Quantity deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            var text = parser.getValueAsString();
            if (text == null || !QUANTITY.matcher(text).matches()) {
                throw context.weirdStringException(text, Quantity.class, "no quantity");
            }
            return new Quantity(text);
        }
    }

    private static final class OfOurKinds extends BeanDeserializerModifier {
        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription type, JsonDeserializer<?> deserializer) {
            return CustomResource.class.isAssignableFrom(type.getBeanClass())
                            && HasMetadata.getGroup(type.getBeanClass()).equals(Nuages.GROUP)
                    ? new InParts(deserializer)
                    : deserializer;
        }
    }

    /** Reads an object without what cannot be read of it. */
    private static final class InParts extends DelegatingDeserializer {
        InParts(JsonDeserializer<?> whole) {
            super(whole);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> whole) {
            return new InParts(whole);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            ObjectNode object = context.readValue(parser, ObjectNode.class);
            if (!object.path(SPEC).isObject()) {
                object.putObject(SPEC);
                note(object, SPEC);
            }
            while (true) {
                try {
                    var again = object.traverse(parser.getCodec());
                    again.nextToken();
                    return super.deserialize(again, context);
                } catch (JsonMappingException e) {
                    // Each time there is less to read.
                    var path = e.getPath();
                    if (!leaveOut(object, path)) {
                        throw e;
                    }
                    if (SPEC.equals(path.getFirst().getFieldName())) {
                        note(object, text(path));
                    }
                }
            }
        }

        private static boolean leaveOut(ObjectNode object, List<JsonMappingException.Reference> path) {
            JsonNode parent = object;
            for (var step : path.subList(0, Math.max(0, path.size() - 1))) {
                parent = step.getFieldName() == null ? parent.path(step.getIndex()) : parent.path(step.getFieldName());
            }
            if (path.isEmpty()) {
                return false;
            }
            var last = path.getLast();
            return switch (parent) {
                case ObjectNode fields -> fields.remove(last.getFieldName()) != null;
                case ArrayNode items -> items.remove(last.getIndex()) != null;
                default -> false;
            };
        }

        private static String text(List<JsonMappingException.Reference> path) {
            var text = new StringBuilder();
            for (var step : path) {
                if (step.getFieldName() == null) {
                    text.append('[').append(step.getIndex()).append(']');
                } else {
                    text.append(text.isEmpty() ? "" : ".").append(step.getFieldName());
                }
            }
            return text.toString();
        }

        /** In the object itself, so that a copy of it says so too. The API server never sees it: only statuses are written. */
        private static void note(ObjectNode object, String path) {
            var annotations = object.withObjectProperty(METADATA).withObjectProperty(ANNOTATIONS);
            var paths = new TreeSet<>(List.of(path));
            var former = annotations.path(Nuages.UNREAD_ANNOTATION).asText();
            if (!former.isEmpty()) {
                paths.addAll(List.of(former.split(", ", -1)));
            }
            annotations.put(Nuages.UNREAD_ANNOTATION, String.join(", ", paths));
        }
    }
}
