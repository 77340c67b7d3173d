package dev.nuages.core.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.Effect;
import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.RabbitCommand;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The world of a scenario: objects as YAML documents, the one that the plan is for first. What everybody can guess may be
 * left out: namespaces, uids (of owner references too) and the generation 1. A Secret may have {@code stringData}.
 *
 * <p>{@code asPlanned: true} in a document means: all that the plan wants of this object, with what the document says
 * laid over. So objects that were made before need no more words than how they are by now, such as their status. They come
 * into the world in the order of the documents.
 *
 * <p>A document {@code postgres} says what the database's server holds: {@code unreachable} with a reason, or a
 * {@code role} and a {@code database} as {@link DatabaseProbe} has them. Likewise a document {@code rabbitmq}:
 * {@code unreachable} or {@code unaddressed} with a reason, or a {@code vhost}, with its {@code queues} where something
 * waits in them, a {@code user} and {@code permissions} as {@link BrokerProbe} has them.
 */
public final class Given {
    /** Where every RabbitMQ of a scenario is reached that somebody else runs. */
    private static final Doors EXTERNAL_DOORS =
            new Doors(URI.create("amqp://rabbitmq.example.org:5672"), URI.create("http://rabbitmq.example.org:15672"));

    private final List<ObjectNode> documents;
    private final Optional<JsonNode> postgres;
    private final Optional<JsonNode> rabbitmq;

    private Given(List<ObjectNode> documents, Optional<JsonNode> postgres, Optional<JsonNode> rabbitmq) {
        this.documents = documents;
        this.postgres = postgres;
        this.rabbitmq = rabbitmq;
    }

    static Given of(String yaml) {
        var objects = new ArrayList<ObjectNode>();
        Optional<JsonNode> postgres = Optional.empty();
        Optional<JsonNode> rabbitmq = Optional.empty();
        for (var document : Yaml.documents(yaml)) {
            if (document.has("kind")) {
                objects.add(document);
            } else if (document.has("rabbitmq")) {
                rabbitmq = Optional.of(document.get("rabbitmq"));
            } else {
                postgres = Optional.of(document.required("postgres"));
            }
        }
        return new Given(objects, postgres, rabbitmq);
    }

    /** The same with other words, such as identities that only a real server gives. */
    public Given reworded(UnaryOperator<String> words) {
        return new Given(
                documents.stream()
                        .map(document -> Yaml.document(words.apply(Yaml.text(document))))
                        .toList(),
                postgres,
                rabbitmq);
    }

    /** What the RabbitMQ at an address answers; empty for a scenario in which nobody may ask it. */
    public Optional<BrokerProbe.Answer> rabbitmq(BrokerAddress address) {
        return rabbitmq.map(broker -> answer(broker, address));
    }

    private static BrokerProbe.Answer answer(JsonNode broker, BrokerAddress address) {
        if (broker.has("unreachable")) {
            return new BrokerProbe.Unreachable(broker.get("unreachable").asText());
        }
        if (broker.has("unaddressed")) {
            return new BrokerProbe.Unaddressed(broker.get("unaddressed").asText());
        }
        var vhost = broker.path("vhost");
        var user = broker.path("user");
        var permissions = broker.path("permissions");
        return new BrokerProbe.Answered(
                address instanceof BrokerAddress.Local local ? local.doors() : EXTERNAL_DOORS,
                present(vhost)
                        .map(it -> new BrokerProbe.Vhost(
                                it.required("description").asText(),
                                it.path("running").asBoolean(true))),
                present(user)
                        .map(it -> new BrokerProbe.User(
                                texts(it.required("tags")),
                                it.required("passwordRight").asBoolean())),
                present(permissions)
                        .map(it -> new RabbitCommand.Permissions(
                                it.required("configure").asText(),
                                it.required("write").asText(),
                                it.required("read").asText())),
                present(vhost).map(it -> queues(it.path("queues"))));
    }

    private static BrokerProbe.Queues queues(JsonNode queues) {
        var waiting = new ArrayList<BrokerProbe.Queue>();
        queues.forEach(queue -> waiting.add(new BrokerProbe.Queue(
                queue.required("name").asText(),
                queue.required("ready").asLong(),
                queue.required("consumers").asLong())));
        return new BrokerProbe.Queues(waiting, true);
    }

    private static Optional<JsonNode> present(JsonNode node) {
        return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    }

    /** What the database's server answers; empty for a scenario in which nobody may ask it. */
    public Optional<DatabaseProbe.Answer> postgres() {
        return postgres.map(Given::answer);
    }

    private static DatabaseProbe.Answer answer(JsonNode server) {
        if (server.has("unreachable")) {
            return new DatabaseProbe.Unreachable(server.get("unreachable").asText());
        }
        var role = server.path("role");
        var database = server.path("database");
        return new DatabaseProbe.Answered(
                role.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(new DatabaseProbe.Role(
                                role.required("madeFor").asText(),
                                role.required("passwordAccepted").asBoolean())),
                database.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(new DatabaseProbe.Database(
                                database.required("id").asText(),
                                database.required("owner").asText(),
                                database.path("halfMade").asBoolean(),
                                texts(database.path("extensions")))),
                server.path("maxConnections").asInt(97));
    }

    private static SortedSet<String> texts(JsonNode list) {
        var texts = new TreeSet<String>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** The object that the plan is for. */
    public HasMetadata primary(String uid) {
        return Yaml.model(completed(documents.getFirst(), uid));
    }

    /** All objects, for a plan to look at. */
    public <R extends CustomResource<?, S>, S, O> World world(Kind<R, S, O> kind, String primaryUid) {
        var world = new World(primary(primaryUid), kind.makesWhereServed());
        var pending = new ArrayList<ObjectNode>();
        for (var document : documents.subList(1, documents.size())) {
            var object = completed(referring(document, primaryUid), "");
            if (document.has("asPlanned")) {
                pending.add(object);
            } else {
                world.put(Yaml.model(object));
            }
            placeAsPlanned(world, kind, pending);
        }
        if (!pending.isEmpty()) {
            throw new AssertionError("not planned in this world: "
                    + pending.stream().map(World::ref).toList());
        }
        return world;
    }

    private static void placeAsPlanned(World world, Kind<?, ?, ?> kind, List<ObjectNode> pending) {
        var placed = !pending.isEmpty();
        while (placed) {
            placed = placeOnePlan(world, kind, pending);
        }
    }

    private static boolean placeOnePlan(World world, Kind<?, ?, ?> kind, List<ObjectNode> pending) {
        var planned = world.plan(kind).effects().stream()
                .flatMap(effect -> wanted(effect).stream())
                .toList();
        return pending.removeIf(document -> planned.stream()
                .filter(wanted -> ObjectRef.of(wanted).equals(World.ref(document)))
                .findFirst()
                .map(wanted -> world.putAsPlanned(Yaml.model(Trees.over(Yaml.tree(wanted), document))))
                .isPresent());
    }

    private static Optional<HasMetadata> wanted(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply -> Optional.of(apply.wanted());
            case Effect.Create create -> Optional.of(create.wanted());
            case Effect.Generate generate -> Optional.of(generate.secret());
            default -> Optional.empty();
        };
    }

    /** With what everybody can guess. */
    private static ObjectNode completed(ObjectNode document, String uid) {
        var object = document.deepCopy();
        object.remove("asPlanned");
        Yaml.stringDataAsData(object);
        var meta = object.withObject("/metadata");
        if (Namespaced.class.isAssignableFrom(Yaml.model(object).getClass())) {
            meta.put("namespace", Scenario.NAMESPACE);
        }
        meta.put("uid", uid.isEmpty() ? uidOf(object) : uid);
        meta.put("resourceVersion", "1");
        if (!meta.has("generation")) {
            meta.put("generation", 1);
        }
        return object;
    }

    /** With the uids of the owners that it names. */
    private ObjectNode referring(ObjectNode document, String primaryUid) {
        var object = document.deepCopy();
        if (object.at("/metadata/ownerReferences") instanceof ArrayNode references) {
            for (var reference : references) {
                if (reference instanceof ObjectNode fields && !fields.has("uid")) {
                    var first = documents.getFirst();
                    var isPrimary = fields.get("kind").equals(first.get("kind"))
                            && fields.get("name").equals(first.at("/metadata/name"));
                    fields.put("uid", isPrimary ? primaryUid : uidOf(fields));
                }
            }
        }
        return object;
    }

    /** A uid by kind and name, of an object or of a reference to one. */
    private static String uidOf(ObjectNode object) {
        var name = object.at("/metadata/name").asText(object.path("name").asText());
        return "uid-of-" + object.path("kind").asText() + "-" + name;
    }

    /** The uid that the first object has where no API server gives it another. */
    public String primaryUid() {
        return uidOf(documents.getFirst());
    }
}
