package dev.nuages.core.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** YAML, JSON and objects of Kubernetes, each as the other. */
public final class Yaml {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build());

    private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();

    static {
        List.of(
                        DjangoApp.class,
                        DjangoEnvironment.class,
                        PostgresDatabase.class,
                        PostgresServer.class,
                        RabbitmqVhost.class,
                        RedisInstance.class)
                .forEach(KUBERNETES::registerKubernetesResource);
    }

    private Yaml() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ObjectNode document(String yaml) {
        return documents(yaml).getFirst();
    }

    static List<ObjectNode> documents(String yaml) {
        try (var documents = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(yaml)) {
            return documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ObjectNode tree(Object object) {
        return KUBERNETES.convertValue(object, ObjectNode.class);
    }

    /** A Secret's texts as the API server holds them. */
    public static void stringDataAsData(ObjectNode object) {
        if (object.remove("stringData") instanceof ObjectNode texts) {
            var data = object.withObject("/data");
            texts.properties()
                    .forEach(text ->
                            data.put(text.getKey(), base64(text.getValue().asText())));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The object that a tree describes, by its apiVersion and kind. */
    public static HasMetadata model(ObjectNode tree) {
        if (KUBERNETES.convertValue(tree, KubernetesResource.class) instanceof HasMetadata object) {
            return object;
        }
        throw new AssertionError("no kind is called " + tree.path("apiVersion") + " " + tree.path("kind"));
    }
}
