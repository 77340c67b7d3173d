package dev.nuages.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Writes objects whose fields are ours. One that is already so is only read, which takes a fraction of the time: it was
 * last applied from the same manifest, as an annotation says, and nobody has changed a field of it since.
 *
 * @param client the cluster
 * @param fieldManager under which the fields are ours
 * @param overridesOthers what becomes of a field that someone else set to something else: taken over, or a conflict
 */
public record ServerSideApply(KubernetesClient client, String fieldManager, boolean overridesOthers) {
    /** The hash of the manifest that was applied: one of which a field was taken out must be applied again. */
    static final String APPLIED = "nuages.dev/applied";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What an apply did. */
    public enum Outcome {
        CREATED,
        CHANGED,
        UNCHANGED
    }

    /**
     * Writes it if it is not so.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if another field manager holds a field
     *     that the object sets otherwise, and is not to be overridden
     */
    public Outcome apply(HasMetadata manifest) {
        ObjectNode wanted = client.getKubernetesSerialization().convertValue(manifest, ObjectNode.class);
        String hash = hash(wanted.toString());
        wanted.withObject("/metadata/annotations").put(APPLIED, hash);
        // As text, since to read a large definition into its own types takes longer than to fetch it.
        String before = client.raw(path(manifest));
        if (before != null && holds(json(before), wanted)) {
            return Outcome.UNCHANGED;
        }
        HasMetadata after = write(marked(manifest, hash));
        if (before == null) {
            return Outcome.CREATED;
        }
        boolean same = json(before)
                .at("/metadata/resourceVersion")
                .asText()
                .equals(after.getMetadata().getResourceVersion());
        return same ? Outcome.UNCHANGED : Outcome.CHANGED;
    }

    private HasMetadata write(HasMetadata wanted) {
        var managed = client.resource(wanted).fieldManager(fieldManager);
        return overridesOthers ? managed.forceConflicts().serverSideApply() : managed.serverSideApply();
    }

    private HasMetadata marked(HasMetadata manifest, String hash) {
        HasMetadata wanted = client.getKubernetesSerialization().clone(manifest);
        var annotations = new TreeMap<String, String>();
        if (wanted.getMetadata().getAnnotations() != null) {
            annotations.putAll(wanted.getMetadata().getAnnotations());
        }
        annotations.put(APPLIED, hash);
        wanted.getMetadata().setAnnotations(annotations);
        return wanted;
    }

    private static String path(HasMetadata object) {
        String version = object.getApiVersion();
        String namespace = object.getMetadata().getNamespace();
        return (version.contains("/") ? "/apis/" : "/api/") + version
                + (namespace == null ? "" : "/namespaces/" + namespace)
                + "/" + object.getPlural() + "/" + object.getMetadata().getName();
    }

    /** Whether all that is wanted is there; what is there besides is another's, or a default. */
    static boolean holds(JsonNode there, JsonNode wanted) {
        if (wanted.isObject()) {
            return there.isObject()
                    && wanted.properties().stream()
                            .allMatch(field -> holds(there.path(field.getKey()), field.getValue()));
        }
        if (there.isMissingNode()) {
            // The API server leaves out a nought or an empty text that it would default to.
            return (wanted.isNumber() && wanted.doubleValue() == 0)
                    || (wanted.isTextual() && wanted.asText().isEmpty());
        }
        if (!wanted.isArray()) {
            // Not as nodes: those tell an int from a long.
            return wanted.getNodeType() == there.getNodeType()
                    && wanted.asText().equals(there.asText());
        }
        if (there.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!holds(there.get(i), wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
