package dev.nuages.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an admission policy of the cluster, such as a mutating webhook, makes of an object otherwise than it is applied.
 * To put that back would be in vain, at every look anew; so it is recorded on the object, in the annotation {@link
 * Nuages#ALTERED_ANNOTATION}, and counts as wanted while what is wanted there, and what is there, are as they were then.
 *
 * @param fields by path, such as {@code spec.replicas}, what is wanted there and what is there instead, as hashes; an empty
 *     text for what is not recorded, which is a Secret's values: even a hash of a guessable one would give it away
 */
public record Alterations(NavigableMap<String, String> fields) {
    private static final JsonMapper JSON = new JsonMapper();

    /** In place of what is there, where a policy answers otherwise each time. */
    private static final String ANY = "*";

    private static final String AND = " ";
    private static final String NOT_RECORDED = "";

    public Alterations {
        fields = Collections.unmodifiableNavigableMap(new TreeMap<>(fields));
    }

    /** Those that are recorded on an object, be they still there or not. */
    public static Alterations recordedOn(HasMetadata object) {
        return read(Ownership.annotation(object, Nuages.ALTERED_ANNOTATION));
    }

    /** The same of an object as JSON. */
    static Alterations recordedOn(JsonNode object) {
        return read(object.path("metadata")
                .path("annotations")
                .path(Nuages.ALTERED_ANNOTATION)
                .asText());
    }

    /** What cannot be read is no record: the next apply makes another. */
    private static Alterations read(String annotation) {
        var fields = new TreeMap<String, String>();
        if (!annotation.isEmpty()) {
            try {
                JSON.readTree(annotation)
                        .properties()
                        .forEach(field ->
                                fields.put(field.getKey(), field.getValue().asText()));
            } catch (JsonProcessingException e) {
                fields.clear();
            }
        }
        return new Alterations(fields);
    }

    /**
     * Those that are not recorded yet, by the answer to an apply. All fields that are wanted were applied by force, so
     * that only admission can have made another of one; but an item too many may be somebody else's.
     */
    public static Alterations byApply(HasMetadata wanted, HasMetadata answer) {
        var differences = Drift.differences(wanted, answer);
        return recordedOn(answer).lacking(wanted, differences.changed().stream());
    }

    /** Those that are not recorded yet, by the answer to a write that took all items out which were too many. */
    public static Alterations byRemoval(HasMetadata wanted, HasMetadata answer) {
        var differences = Drift.differences(wanted, answer);
        return recordedOn(answer).lacking(wanted, differences.extra().stream());
    }

    /** Those that are not recorded yet, by the answer to the apply that recorded these: admission answers otherwise each time. */
    public Alterations otherwise(HasMetadata wanted, HasMetadata answer) {
        var differences = Drift.differences(wanted, answer);
        return recordedOn(answer)
                .lacking(
                        wanted,
                        Stream.concat(
                                differences.changed().stream(),
                                differences.extra().stream().filter(item -> fields.containsKey(item.path()))));
    }

    private Alterations lacking(HasMetadata wanted, Stream<Drift.Difference> differences) {
        var secret = wanted instanceof Secret;
        var fields = new TreeMap<String, String>();
        differences
                .filter(difference -> !allow(difference) && !isUnknown(wanted, difference))
                .forEach(difference -> fields.put(
                        difference.path(),
                        secret && isSecretValue(difference.path())
                                ? NOT_RECORDED
                                : hash(difference.wanted()) + AND + hash(difference.actual())));
        return new Alterations(fields);
    }

    /** A field of ours that is not there at all is one that the definition there is does not know, until it is renewed. */
    private static boolean isUnknown(HasMetadata wanted, Drift.Difference difference) {
        return difference.actual() == null && wanted.getApiVersion().startsWith(Nuages.GROUP + "/");
    }

    private static boolean isSecretValue(String path) {
        return path.equals("data") || path.startsWith("data.");
    }

    public boolean none() {
        return fields.isEmpty();
    }

    public List<String> paths() {
        return List.copyOf(fields.keySet());
    }

    /** Those of these fields that are not as they are wanted in a later answer either. */
    public List<String> stillIn(HasMetadata wanted, HasMetadata answer) {
        var differences = Drift.differences(wanted, answer);
        return Stream.concat(differences.changed().stream(), differences.extra().stream())
                .map(Drift.Difference::path)
                .filter(fields::containsKey)
                .sorted()
                .toList();
    }

    /** Whether all of them are ones that can be recorded. */
    public boolean recordable() {
        return !fields.containsValue(NOT_RECORDED);
    }

    /** These and others, which hold where both speak of a field. */
    public Alterations with(Alterations others) {
        var both = new TreeMap<>(fields);
        both.putAll(others.fields);
        return new Alterations(both);
    }

    /** The same, whatever is made of these fields while the same is wanted there. */
    public Alterations whatever() {
        var whatever = toRecord();
        whatever.replaceAll((path, hashes) -> hashes.substring(0, hashes.indexOf(AND)) + AND + ANY);
        return new Alterations(whatever);
    }

    /** Records them on what is wanted of an object, to be applied with it; nothing where there are none to record. */
    public void writeOn(HasMetadata wanted) {
        if (!toRecord().isEmpty()) {
            UpToDate.annotate(wanted, Nuages.ALTERED_ANNOTATION, text());
        }
    }

    /** As they are recorded. */
    public String text() {
        var text = JSON.createObjectNode();
        toRecord().forEach(text::put);
        return text.toString();
    }

    private NavigableMap<String, String> toRecord() {
        var fields = new TreeMap<>(this.fields);
        fields.values().removeIf(NOT_RECORDED::equals);
        return fields;
    }

    /** Whether a difference is one of these. */
    boolean allow(Drift.Difference difference) {
        return allow(difference.path(), difference.wanted(), difference.actual());
    }

    /** Whether a field is as it is wanted, or as an admission policy has it where this is wanted. */
    public boolean allow(String path, String wanted, String actual) {
        return wanted.equals(actual) || allow(path, TextNode.valueOf(wanted), TextNode.valueOf(actual));
    }

    private boolean allow(String path, @Nullable JsonNode wanted, @Nullable JsonNode actual) {
        var recorded = fields.get(path);
        return recorded != null
                && (recorded.equals(hash(wanted) + AND + hash(actual)) || recorded.equals(hash(wanted) + AND + ANY));
    }

    private static String hash(@Nullable JsonNode value) {
        return Hashes.sha256(Objects.toString(value)).substring(0, 12);
    }
}
