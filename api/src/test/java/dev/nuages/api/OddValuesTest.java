package dev.nuages.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a field of any kind holds, that a schema of it may let in or once may have: the object is read, and with it all
 * others of its kind.
 */
class OddValuesTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final KubernetesSerialization READING = TolerantReading.serialization();

    private static final List<String> NO_QUANTITIES = List.of("", " ", "-", "64mb", "1GiB", "1e", "Mi", "١", "1 Gi");

    private static final List<String> QUANTITIES = List.of(
            "0", "1", "-1", "+1", "0.5", ".5", "1.", "64Mi", "1.5Gi", "100m", "5n", "3u", "2k", "1E", "1e3", "1E-2");

    /** An object that is as it should be, but for one field. */
    private record Odd(Class<? extends CustomResource<?, ?>> kind, String path, JsonNode value, ObjectNode object) {
        @Override
        public String toString() {
            return kind.getSimpleName() + " with " + path + ": " + value;
        }
    }

    static Stream<Class<?>> kinds() {
        return CrdYaml.KINDS.stream().map(kind -> kind);
    }

    private static List<Odd> odd(Class<? extends CustomResource<?, ?>> kind) throws IOException {
        var crd = READING.unmarshal(
                Files.readString(CrdYaml.FOLDER.resolve(CustomResource.getCRDName(kind) + ".yaml")),
                CustomResourceDefinition.class);
        var root = crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
        var all = new ArrayList<Odd>();
        walk(root, "", value -> value, (path, value, whole) -> {
            if (path.startsWith(".spec") || path.startsWith(".status")) {
                all.add(new Odd(kind, path.substring(1), value, object(kind, whole)));
            }
        });
        return all;
    }

    private static ObjectNode object(Class<? extends CustomResource<?, ?>> kind, JsonNode whole) {
        var object = JSON.objectNode()
                .put("apiVersion", HasMetadata.getApiVersion(kind))
                .put("kind", HasMetadata.getKind(kind));
        object.putObject("metadata").put("name", "odd");
        object.putObject("spec");
        object.setAll((ObjectNode) whole);
        return object;
    }

    private interface Visitor {
        void visit(String path, JsonNode value, JsonNode whole);
    }

    /** @param around makes the whole object of a value of this schema */
    private static void walk(JSONSchemaProps schema, String path, UnaryOperator<JsonNode> around, Visitor visitor) {
        values(schema).forEach(value -> visitor.visit(path, value, around.apply(value)));
        Optional.ofNullable(schema.getProperties())
                .orElse(Map.of())
                .forEach((name, inner) -> walk(
                        inner,
                        path + "." + name,
                        value -> around.apply(JSON.objectNode().set(name, value)),
                        visitor));
        if (schema.getAdditionalProperties() != null
                && schema.getAdditionalProperties().getSchema() != null) {
            walk(
                    schema.getAdditionalProperties().getSchema(),
                    path + ".key",
                    value -> around.apply(JSON.objectNode().set("key", value)),
                    visitor);
        }
        if (schema.getItems() != null) {
            walk(
                    schema.getItems().getSchema(),
                    path + "[0]",
                    value -> around.apply(JSON.arrayNode().add(value)),
                    visitor);
        }
    }

    private static Stream<JsonNode> values(JSONSchemaProps schema) {
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            return Stream.concat(
                    Stream.concat(NO_QUANTITIES.stream(), QUANTITIES.stream()).map(JSON::textNode),
                    Stream.of(JSON.numberNode(-1), JSON.numberNode(Long.MAX_VALUE), JSON.nullNode()));
        }
        return Stream.concat(
                switch (Objects.requireNonNullElse(schema.getType(), "")) {
                    case "string" ->
                        Stream.of("", "Newer", "2026-02-30T25:00:00Z").map(JSON::textNode);
                    case "integer" ->
                        Stream.<JsonNode>of(
                                JSON.numberNode(-1),
                                JSON.numberNode(Integer.MAX_VALUE + 1L),
                                JSON.numberNode(Long.MAX_VALUE),
                                JSON.numberNode(1e30),
                                JSON.numberNode(1.5));
                    case "array" -> Stream.of(JSON.arrayNode(), JSON.arrayNode().addNull());
                    case "object" ->
                        Stream.of(JSON.objectNode(), JSON.objectNode().putNull("key"));
                    default -> Stream.of();
                },
                Stream.of(JSON.nullNode()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("An object with an odd value in any of its fields is read")
    void areRead(Class<? extends CustomResource<?, ?>> kind) throws IOException {
        assertThat(odd(kind)).hasSizeGreaterThan(20).allSatisfy(OddValuesTest::isRead);
    }

    private static void isRead(Odd odd) {
        var read = READING.unmarshal(odd.object().toString(), odd.kind());
        assertThat(read.getMetadata().getName()).isEqualTo("odd");
        assertThat(TolerantReading.unread(READING.clone(read))).isEqualTo(TolerantReading.unread(read));
        if (odd.value().isTextual() && odd.path().startsWith("spec") && isQuantity(odd)) {
            assertThat(TolerantReading.unread(read).isPresent())
                    .isEqualTo(NO_QUANTITIES.contains(odd.value().asText()));
        }
    }

    private static boolean isQuantity(Odd odd) {
        return odd.path().matches(".*(requests.key|limits.key|divisor|maxMemory|storage|size)");
    }
}
