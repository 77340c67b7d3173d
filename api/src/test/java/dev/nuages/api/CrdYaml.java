package dev.nuages.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDInfo;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrArray;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrBool;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Generates the CRDs from the records: fabric8's generator makes the schema, and the records' Javadoc its descriptions. */
final class CrdYaml {
    static final Path FOLDER = Path.of("../charts/nuages/crds");

    static final List<Class<? extends CustomResource<?, ?>>> KINDS = List.of(
            DjangoApp.class,
            DjangoEnvironment.class,
            PostgresDatabase.class,
            PostgresServer.class,
            RabbitmqVhost.class,
            RedisInstance.class);

    private CrdYaml() {}

    /** File name to content, for every kind. */
    static SortedMap<String, String> generate(Path scratch) throws IOException {
        var docs = RecordDocs.read(Path.of("src/main/java"));
        var yaml = new TreeMap<String, String>();
        for (var kind : KINDS) {
            var generator = new CRDGenerator().customResourceClasses(kind).inOutputDir(scratch.toFile());
            for (Map<String, CRDInfo> versions : generator
                    .detailedGenerate()
                    .getCRDDetailsPerNameAndVersion()
                    .values()) {
                for (CRDInfo info : versions.values()) {
                    var crd = Serialization.unmarshal(
                            Files.readString(Path.of(info.getFilePath())), CustomResourceDefinition.class);
                    describe(crd, kind, docs);
                    yaml.put(crd.getMetadata().getName() + ".yaml", Serialization.asYaml(crd));
                }
            }
        }
        return yaml;
    }

    private static void describe(CustomResourceDefinition crd, Class<?> kind, RecordDocs docs) {
        var version = crd.getSpec().getVersions().getFirst();
        var root = version.getSchema().getOpenAPIV3Schema();
        root.setDescription(docs.ofType(kind));
        root.setRequired(List.of("spec"));
        limitQuantities(root);
        var columns = Stream.of(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        // The generator sorts columns by path; kubectl prints them as they stand.
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(column -> columns.indexOf(column.getName())));
        var types = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments();
        describe(property(root, "spec"), types[0], docs);
        if (types[1] != Void.class) {
            var status = property(root, "status");
            describe(status, types[1], docs);
            trust(status);
        }
    }

    private static void describe(JSONSchemaProps schema, Type type, RecordDocs docs) {
        distinctRules(schema);
        if (type instanceof ParameterizedType many) {
            var item = many.getActualTypeArguments()[many.getActualTypeArguments().length - 1];
            if (schema.getItems() != null) {
                describe(schema.getItems().getSchema(), item, docs);
            } else if (item == Object.class) {
                // Any value, which the generator takes for any object: a text or a number would be refused.
                schema.setAdditionalProperties(null);
            } else if (schema.getAdditionalProperties() != null) {
                describe(schema.getAdditionalProperties().getSchema(), item, docs);
            }
            return;
        }
        if (!(type instanceof Class<?> record) || !record.isRecord()) {
            return;
        }
        if (record == Processes.class) {
            // What the spec's schema let through need not be described a second time.
            schema.setProperties(null);
            schema.setRequired(null);
            schema.setXKubernetesPreserveUnknownFields(true);
            return;
        }
        if (schema.getDescription() == null) {
            schema.setDescription(docs.ofType(record));
        }
        for (RecordComponent component : record.getRecordComponents()) {
            var property = property(schema, component.getName());
            property.setDescription(docs.ofComponent(record, component.getName()));
            describe(property, component.getGenericType(), docs);
        }
    }

    /** Of any number or text: quantities are the only ones. */
    private static void limitQuantities(JSONSchemaProps schema) {
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            schema.setPattern(Rules.QUANTITY);
        }
        within(schema).forEach(CrdYaml::limitQuantities);
    }

    /** The schemas of what an object of this schema holds. */
    static Stream<JSONSchemaProps> within(JSONSchemaProps schema) {
        return Stream.of(
                        Optional.ofNullable(schema.getProperties()).stream().flatMap(all -> all.values().stream()),
                        Stream.ofNullable(schema.getAdditionalProperties())
                                .map(JSONSchemaPropsOrBool::getSchema)
                                .filter(Objects::nonNull),
                        Stream.ofNullable(schema.getItems()).map(JSONSchemaPropsOrArray::getSchema))
                .flatMap(schemas -> schemas);
    }

    private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    /** The generator reads the annotations of a record's component twice, on its field and on its accessor. */
    private static void distinctRules(JSONSchemaProps schema) {
        var rules = schema.getXKubernetesValidations();
        if (rules != null) {
            schema.setXKubernetesValidations(rules.stream().distinct().toList());
        }
    }

    /** A status is the operator's own word: what the spec's rules let through need not be checked again. */
    private static void trust(JSONSchemaProps schema) {
        schema.setXKubernetesValidations(List.of());
        within(schema).forEach(CrdYaml::trust);
    }
}
