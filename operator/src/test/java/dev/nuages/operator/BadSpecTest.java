package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the API server says to objects that are wrong: {@code bad-specs} holds objects that must be refused,
 * {@code bad-changes} an object that is good and a change of it that must be refused. Each begins with the sentence, in a
 * comment {@code # expect: …}.
 */
@Tag("control-plane")
class BadSpecTest {
    private static final String NAMESPACE = "bad-specs";
    private static final String EXPECT = "# expect: ";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @BeforeAll
    static void namespace() {
        cluster.newNamespace(NAMESPACE);
    }

    static Stream<Named<Path>> badSpecs() throws IOException {
        return files("bad-specs");
    }

    static Stream<Named<Path>> badChanges() throws IOException {
        return files("bad-changes");
    }

    private static Stream<Named<Path>> files(String folder) throws IOException {
        try (var files = Files.list(Path.of("src/test/resources", folder))) {
            return files.sorted().map(file -> Named.of(file.getFileName().toString(), file)).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("badSpecs")
    void is_refused(Path file) throws IOException {
        var yaml = Files.readString(file);
        assertRefused(yaml, () -> objects(yaml).getFirst().create());
    }

    @ParameterizedTest
    @MethodSource("badChanges")
    void cannot_be_changed(Path file) throws IOException {
        var yaml = Files.readString(file);
        var versions = objects(yaml);
        versions.getFirst().create();
        try {
            assertRefused(yaml, () -> versions.getLast().forceConflicts().serverSideApply());
        } finally {
            versions.getFirst().delete();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.example.org:5000/postgres:17.6-trixie",
                "postgres@sha256:0123456789abcdef",
                "postgres",
                "postgres:latest"
            })
    void the_image_of_a_server_may_be_another_that_is_not_known_to_be_of_another_major_version(String image) {
        var server = objects("""
                apiVersion: nuages.dev/v1alpha1
                kind: PostgresServer
                metadata: {name: image}
                spec: {local: {}}
                """).getFirst();
        server.create();
        ByHand.patch(server, "{\"spec\":{\"local\":{\"image\":\"" + image + "\"}}}");
        ByHand.patch(server, "{\"spec\":{\"local\":{\"image\":null}}}");
        server.delete();
    }

    @Test
    void nine_lines_are_enough() {
        var app = objects("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata:
                  name: mysite
                spec:
                  image: nuages.local/mysite
                  version: "1.0"
                  settings: mysite.settings
                  host: mysite.localhost
                """).getFirst();
        assertThat(app.create().getMetadata().getUid()).isNotEmpty();
        app.delete();
    }

    private static List<? extends Resource<HasMetadata>> objects(String yaml) {
        return cluster.admin()
                .resourceList(yaml)
                .inNamespace(NAMESPACE)
                .resources()
                .toList();
    }

    private static void assertRefused(String yaml, Runnable write) {
        var sentence = yaml.lines().findFirst().orElse("");
        assertThat(sentence).as("the first line").startsWith(EXPECT);
        var refused = catchThrowableOfType(KubernetesClientException.class, write::run);
        assertThat(refused).as("the API server took it").isNotNull();
        assertThat(refused.getCode()).isEqualTo(422);
        assertThat(refused.getStatus().getMessage()).contains(sentence.substring(EXPECT.length()));
    }
}
