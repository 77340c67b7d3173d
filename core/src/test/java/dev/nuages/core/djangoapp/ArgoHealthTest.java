package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.Nuages;
import dev.nuages.core.scenario.Scenario;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** What Argo CD makes of the statuses that the scenarios write, by the checks that it is given of us. */
class ArgoHealthTest {
    private static final String KEY = "resource.customizations.health." + Nuages.GROUP + "_";
    private static final Map<String, String> CHECKS = checks();

    private static final Map<Phase, String> HEALTH = Map.of(
            Phase.Initializing, "Progressing",
            Phase.Migrating, "Progressing",
            Phase.Deploying, "Progressing",
            Phase.Ready, "Healthy",
            Phase.Stopped, "Suspended",
            Phase.Paused, "Suspended",
            Phase.Error, "Degraded");

    /** As scenarios write a condition. */
    private static final Pattern WORDS = Pattern.compile("(\\w+), (\\w+): (.*)", Pattern.DOTALL);

    private record Health(String status, String message) {}

    @Test
    @DisplayName("every kind of ours that has a status has a check")
    void kinds() throws IOException {
        var kinds = new TreeSet<String>();
        try (var files = Files.list(Path.of("../charts/nuages/crds"))) {
            for (var file : files.toList()) {
                var crd = Yaml.document(Files.readString(file));
                if (crd.at("/spec/versions/0/subresources").has("status")) {
                    kinds.add(KEY + crd.at("/spec/names/kind").asText());
                }
            }
        }
        assertThat(kinds).hasSizeGreaterThan(1);
        assertThat(CHECKS.keySet()).containsExactlyInAnyOrderElementsOf(kinds);
    }

    @Test
    @DisplayName("an application is as well as its phase says, and says why")
    void phases() {
        var met = EnumSet.noneOf(Phase.class);
        applications().forEach(scenario -> {
            var status = status(scenario);
            var phase = Phase.valueOf(status.get("phase").asText());
            met.add(phase);
            var degraded = condition(status, "Degraded", "status").equals("True") && phase != Phase.Paused;
            var health = health("DjangoApp", 1, status.put("observedGeneration", 1));
            assertThat(health.status()).as("%s", scenario).isEqualTo(degraded ? "Degraded" : HEALTH.get(phase));
            assertThat(health.message())
                    .as("%s", scenario)
                    .isEqualTo(condition(status, phase == Phase.Paused ? "Paused" : "Ready", "message"));
        });
        assertThat(met).as("the phases of all scenarios").containsExactlyInAnyOrder(Phase.values());
    }

    @Test
    @DisplayName("a status of another wish is not believed: a deploy has not failed because the one before had")
    void oldNews() {
        var status =
                Yaml.document("{phase: Error, observedGeneration: 1, conditions: [{type: Ready, status: 'False'}]}");
        assertThat(health("DjangoApp", 1, status).status()).isEqualTo("Degraded");
        assertThat(health("DjangoApp", 2, status).status()).isEqualTo("Progressing");
        assertThat(health("DjangoApp", 1, null).status()).isEqualTo("Progressing");
    }

    @Test
    @DisplayName("what an application works with is held up by what makes the application fail")
    void needs() {
        var ready = "{observedGeneration: 1, conditions: [{type: Ready, status: '%s', reason: %s, message: so}]}";
        assertThat(health("PostgresServer", 1, Yaml.document(ready.formatted("True", "Ready"))))
                .isEqualTo(new Health("Healthy", "so"));
        assertThat(health("RedisInstance", 1, Yaml.document(ready.formatted("False", "Stopped"))))
                .isEqualTo(new Health("Suspended", "so"));
        assertThat(health("RabbitmqVhost", 1, Yaml.document(ready.formatted("False", "Starting"))))
                .isEqualTo(new Health("Progressing", "so"));
        assertThat(Nesting.HOPELESS)
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(
                                health("PostgresDatabase", 1, Yaml.document(ready.formatted("False", reason))))
                        .isEqualTo(new Health("Degraded", "so")));
    }

    private static Stream<Scenario> applications() {
        return Scenario.all(Path.of("src/test/resources/scenarios")).stream()
                .filter(scenario -> scenario.toString().startsWith("djangoapp/"))
                .filter(scenario -> scenario.then().at("/status").has("phase"));
    }

    /** A status as an API server has it: scenarios write each condition in one line. */
    private static ObjectNode status(Scenario scenario) {
        var status = (ObjectNode) scenario.then().get("status");
        var written = status.get("conditions");
        var conditions = status.putArray("conditions");
        written.properties().forEach(field -> {
            var words = WORDS.matcher(field.getValue().asText());
            assertThat(words.matches()).as("%s", field).isTrue();
            conditions
                    .addObject()
                    .put("type", field.getKey())
                    .put("status", words.group(1))
                    .put("reason", words.group(2))
                    .put("message", words.group(3));
        });
        return status;
    }

    private static String condition(JsonNode status, String type, String field) {
        return status.get("conditions").findParents("type").stream()
                .filter(condition -> condition.get("type").asText().equals(type))
                .map(condition -> condition.path(field).asText())
                .collect(Collectors.joining());
    }

    private static Map<String, String> checks() {
        try {
            var patch = Files.readString(Path.of("../gitops/argocd/health-checks.yaml"));
            return Serialization.unmarshal("kind: ConfigMap\napiVersion: v1\n" + patch, ConfigMap.class)
                    .getData();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Health health(String kind, int generation, @Nullable JsonNode status) {
        var globals = JsePlatform.standardGlobals();
        var object = LuaValue.tableOf();
        var metadata = LuaValue.tableOf();
        metadata.set("generation", generation);
        object.set("metadata", metadata);
        if (status != null) {
            object.set("status", lua(status));
        }
        globals.set("obj", object);
        var health =
                globals.load(Objects.requireNonNull(CHECKS.get(KEY + kind))).call();
        return new Health(
                health.get("status").checkjstring(), health.get("message").optjstring(""));
    }

    private static LuaValue lua(JsonNode node) {
        if (node.isObject()) {
            var table = new LuaTable();
            node.properties().forEach(field -> table.set(field.getKey(), lua(field.getValue())));
            return table;
        }
        if (node.isArray()) {
            var table = new LuaTable();
            node.forEach(each -> table.set(table.length() + 1, lua(each)));
            return table;
        }
        if (node.isNumber()) {
            return LuaValue.valueOf(node.asDouble());
        }
        return node.isBoolean() ? LuaValue.valueOf(node.asBoolean()) : LuaValue.valueOf(node.asText());
    }
}
