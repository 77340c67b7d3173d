package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.Nuages;
import dev.nuages.core.Drift;
import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Secrets;
import dev.nuages.core.scenario.Differences;
import dev.nuages.core.scenario.Given;
import dev.nuages.core.scenario.Scenario;
import dev.nuages.core.scenario.Then;
import dev.nuages.core.scenario.Trees;
import dev.nuages.core.scenario.Yaml;
import dev.nuages.operator.postgresdatabase.SqlCommands;
import dev.nuages.operator.rabbitmqvhost.RabbitCommands;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One scenario on a stage: played, and compared with what is written. */
final class ScenarioReplay {
    /** What each effect on an object does to it. */
    private static final Map<String, String> CHANGES = Map.of(
            "create", "made",
            "create only", "made",
            "generate", "made",
            "apply", "changed",
            "remove from", "changed",
            "hand over", "changed",
            "delete", "deleted");

    private static final Set<String> ALSO_SAID = Set.of("DriftRepaired", "SecretLost", "NameTaken");

    private final Scenario scenario;
    private final ScenarioStage stage;
    private final KubernetesClient client;
    private final Caches caches;
    private final ScenarioPostgres postgres;
    private final ScenarioRabbitmq rabbitmq;
    private final ObjectNode then;
    private final Given given;

    ScenarioReplay(Scenario scenario, ScenarioStage stage, KubernetesClient client, Caches caches, TestCluster cluster)
            throws SQLException {
        this.scenario = scenario;
        this.stage = stage;
        this.client = client;
        this.caches = caches;
        this.postgres = ScenarioPostgres.holding(scenario.given().postgres(), cluster.postgres());
        this.rabbitmq = ScenarioRabbitmq.holding(scenario, cluster::rabbitmq);
        this.then = postgres.reworded(scenario.then());
        this.given = scenario.given().reworded(postgres::reworded);
    }

    void play() {
        play(scenario.kind(postgres.probe(this::live), rabbitmq.probe(this::live)));
    }

    private <R extends CustomResource<?, S>, S, O> void play(Kind<R, S, O> kind) {
        var primary = stage.putPrimary(given.primary(given.primaryUid()));
        var asWritten = scenario.kind(postgres.probe(this::live), rabbitmq.asWritten());
        var before =
                stage.put(primary, given.world(asWritten, primary.getMetadata().getUid()));
        Eventually.holds("caches that hold the scenario", () -> ScenarioStage.areHeldBy(caches, before.values()));
        takeTurn(kind, ObjectRef.of(primary));
        var after = stage.objects();

        assertThat(Differences.between(expectedChanges(), changes(before, after, ObjectRef.of(primary))))
                .as("lines with - are only in then.yaml, those with + only happened")
                .isEmpty();
        effects().forEach(effect -> check(effect, primary, after));
        checkStatus(Objects.requireNonNull(before.get(ObjectRef.of(primary))), after.get(ObjectRef.of(primary)));
        checkEvents();
    }

    /** What the loop does with an object once; again only as often as its caches must catch up. */
    private <R extends CustomResource<?, S>, S, O> void takeTurn(Kind<R, S, O> kind, ObjectRef primary) {
        var clock = InstantSource.fixed(Scenario.NOW);
        var measures = new Measures(() -> true, Map::of);
        var sql = new SqlCommands(ScenarioPostgres.trusting(this::live), postgres::route);
        var rabbit = new RabbitCommands(rabbitmq.trusting(this::live), rabbitmq::route);
        var effects = new Effects(client, "replay", sql, rabbit, () -> true);
        try (var loop = new KindLoop<>(kind, client, caches, effects, measures, clock, object -> {})) {
            Eventually.holds("a turn", () -> {
                var read = caches.find(kind.type(), primary.namespace(), primary.name())
                        .orElseThrow();
                return loop.turn(read).filter(KindLoop.CATCH_UP::equals).isEmpty();
            });
        } finally {
            measures.close();
        }
    }

    private Optional<Map<String, String>> live(String namespace, String secret) {
        return Optional.ofNullable(
                        client.secrets().inNamespace(namespace).withName(secret).get())
                .map(Secrets::texts);
    }

    private List<JsonNode> effects() {
        return StreamSupport.stream(then.path("effects").spliterator(), false).toList();
    }

    private String expectedChanges() {
        var lines = new TreeSet<String>();
        for (var effect : effects()) {
            CHANGES.forEach((verb, change) -> {
                if (effect.has(verb)) {
                    lines.add(change + " " + effect.get(verb).asText());
                }
            });
        }
        return String.join("\n", lines);
    }

    private static String changes(
            Map<ObjectRef, HasMetadata> before, Map<ObjectRef, HasMetadata> after, ObjectRef primary) {
        var all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        all.remove(primary);
        var lines = new TreeSet<String>();
        for (var object : all) {
            var was = before.get(object);
            var is = after.get(object);
            if (was == null) {
                lines.add("made " + object);
            } else if (is == null || (isGoing(is) && !isGoing(was))) {
                lines.add("deleted " + object);
            } else if (!version(was).equals(version(is))) {
                lines.add("changed " + object);
            }
        }
        return String.join("\n", lines);
    }

    private static boolean isGoing(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    private static String version(HasMetadata object) {
        return object.getMetadata().getResourceVersion();
    }

    private void check(JsonNode effect, HasMetadata primary, Map<ObjectRef, HasMetadata> after) {
        if (effect.has("finalizer")) {
            var present = Optional.ofNullable(after.get(ObjectRef.of(primary)))
                    .filter(object -> object.getMetadata().getFinalizers().contains(Nuages.FINALIZER))
                    .isPresent();
            assertThat(present)
                    .as("the finalizer")
                    .isEqualTo(effect.get("finalizer").asText().equals("added"));
        } else if (effect.has("sql")) {
            postgres.check(effect, this::live);
        } else if (effect.has("rabbitmq")) {
            rabbitmq.check(effect, this::live);
        } else if (effect.has("lengths")) {
            var secret = (Secret) named(effect.get("generate"), after);
            effect.get("lengths")
                    .properties()
                    .forEach(length -> assertThat(Secrets.text(secret, length.getKey()))
                            .hasValueSatisfying(text ->
                                    assertThat(text).hasSize(length.getValue().asInt())));
        }
        for (var much : List.of("with", "whole")) {
            if (effect.get(much) instanceof ObjectNode fields) {
                var object = named(effect.properties().iterator().next().getValue(), after);
                assertThat(Drift.between(asModel(fields, object, primary), object)
                                .changed())
                        .as("what %s should be and is not", ObjectRef.of(object))
                        .isEmpty();
            }
        }
    }

    private static HasMetadata named(JsonNode name, Map<ObjectRef, HasMetadata> objects) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().toString().equals(name.asText()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + name.asText()));
    }

    /** What is written of an object, as an object, with the owner's uid that the API server gave. */
    private HasMetadata asModel(ObjectNode written, HasMetadata object, HasMetadata primary) {
        var tree = written.deepCopy();
        tree.put("apiVersion", object.getApiVersion()).put("kind", object.getKind());
        tree.withObject("/metadata").put("name", object.getMetadata().getName());
        for (var owner : tree.at("/metadata/ownerReferences")) {
            ((ObjectNode) owner).put("uid", primary.getMetadata().getUid());
        }
        Yaml.stringDataAsData(tree);
        return Yaml.model(tree);
    }

    private void checkStatus(HasMetadata before, @Nullable HasMetadata after) {
        if (after == null) {
            return;
        }
        var wanted = Then.leavesTheStatus(then) ? status(before) : then.get("status");
        var found = Trees.inOrderOf(wanted, status(after));
        assertThat(Differences.between(withoutHash(Yaml.text(wanted)), withoutHash(Yaml.text(found))))
                .as("the status: lines with - are only in then.yaml, those with + only on the server")
                .isEmpty();
    }

    private static JsonNode status(HasMetadata object) {
        return Then.status(((CustomResource<?, ?>) object).getStatus(), object);
    }

    /** A Job is named by a hash of the application's uid among others. */
    private static String withoutHash(String text) {
        return text.replaceAll("-migrate-[0-9a-f]{10}", "-migrate-…");
    }

    private void checkEvents() {
        var said = new ArrayList<>(stage.events());
        for (var effect : effects()) {
            if (effect.has("event")) {
                var note = Announcements.fitting(effect.get("message").asText());
                var found = said.removeIf(
                        event -> event.getReason().equals(effect.get("event").asText())
                                && event.getType().equals(effect.get("severity").asText())
                                && event.getNote().equals(note));
                assertThat(found).as("an Event: %s", effect).isTrue();
            }
        }
        assertThat(said).allSatisfy(event -> assertThat(ALSO_SAID).contains(event.getReason()));
    }
}
