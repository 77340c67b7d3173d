package dev.nuages.core.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.Nuages;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/**
 * A plan as a person would write it down: what it confirms, its effects in their order, the status, and when it looks
 * again. Of an object that is created or applied there is as much as {@code then.yaml} asks for: nothing, with
 * {@code with} some fields, with {@code whole} all of them.
 */
public final class Then {
    private static final String UNCHANGED = "unchanged";

    private Then() {}

    /**
     * @param like what is written already, which says how much is to be written of each object
     */
    static ObjectNode of(Plan<?> plan, HasMetadata primary, Object statusBefore, JsonNode like) {
        var then = Yaml.object();
        if (!plan.confirmations().isEmpty()) {
            var confirm = then.putArray("confirm");
            plan.confirmations().forEach(confirmation -> confirm.add(text(confirmation)));
        }
        if (!plan.effects().isEmpty()) {
            var effects = then.putArray("effects");
            plan.effects().forEach(effect -> effects.add(asMuchAs(like.path("effects"), tree(effect))));
        }
        if (plan.status().equals(statusBefore)) {
            then.put("status", UNCHANGED);
        } else {
            then.set("status", status(plan.status(), primary));
        }
        plan.lookAgain().ifPresent(time -> then.put("lookAgain", time.toSeconds() + "s"));
        return then;
    }

    private static String text(Confirmation confirmation) {
        return switch (confirmation) {
            case Confirmation.Absent(var object) -> object + " is absent";
            case Confirmation.Unchanged(var object, var version) -> object + " is unchanged";
        };
    }

    private static ObjectNode tree(Effect effect) {
        var tree = Yaml.object();
        switch (effect) {
            case Effect.Apply apply -> {
                var verb = apply.seen().isEmpty() ? "create" : "apply";
                tree.put(verb, ObjectRef.of(apply.wanted()).toString());
                if (!apply.drift().isEmpty()) {
                    apply.drift().forEach(tree.putArray("drift")::add);
                }
                tree.set("whole", body(apply.wanted()));
            }
            case Effect.Create create -> {
                tree.put("create only", ObjectRef.of(create.wanted()).toString());
                tree.set("whole", body(create.wanted()));
            }
            case Effect.Generate generate -> {
                tree.put("generate", ObjectRef.of(generate.secret()).toString());
                tree.set("lengths", Yaml.tree(generate.lengths()));
                if (generate.lost()) {
                    tree.put("lost", true);
                }
                tree.set("whole", body(generate.secret()));
            }
            case Effect.Delete delete -> tree.put("delete", delete.object().toString());
            case Effect.Remove remove -> {
                tree.put("remove from", remove.object().toString());
                remove.pointers().forEach(tree.putArray("items")::add);
                if (remove.wanted().isPresent()) {
                    tree.put("drift", true);
                }
            }
            case Effect.HandOver handOver -> {
                tree.put("hand over", handOver.object().toString());
                tree.put("replicas", handOver.replicas());
            }
            case Effect.RunRabbit rabbit -> {
                tree.put("rabbitmq", rabbit.command().getClass().getSimpleName());
                tree.setAll(Yaml.tree(rabbit.command()));
            }
            case Effect.Finalizer finalizer -> tree.put("finalizer", finalizer.present() ? "added" : "removed");
            case Effect.RunSql sql -> {
                tree.put("sql", sql.command().getClass().getSimpleName());
                tree.setAll(Yaml.tree(sql.command()));
            }
            case Effect.Emit emit -> {
                tree.put("event", emit.reason());
                tree.put("severity", emit.severity().name());
                tree.put("message", emit.message());
            }
        }
        return tree;
    }

    private static JsonNode asMuchAs(JsonNode written, ObjectNode effect) {
        if (!(effect.get("whole") instanceof ObjectNode whole)) {
            return effect;
        }
        for (var other : written) {
            if (head(other).equals(head(effect))) {
                if (other.has("whole")) {
                    return effect;
                }
                if (other.has("with")) {
                    effect.remove("whole");
                    effect.set("with", Trees.within(whole, other.get("with")));
                    return effect;
                }
            }
        }
        effect.remove("whole");
        return effect;
    }

    private static String head(JsonNode effect) {
        var first = effect.properties().iterator().next();
        return first.getKey() + " " + first.getValue().asText();
    }

    /** An object without what changes with every version of Nuages, and a Secret's texts so that they can be read. */
    private static ObjectNode body(HasMetadata object) {
        var body = Yaml.tree(object);
        var meta = body.withObject("/metadata");
        if (meta.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(Nuages.WANTED_ANNOTATION);
            if (annotations.isEmpty()) {
                meta.remove("annotations");
            }
        }
        if (object instanceof Secret && body.remove("data") instanceof ObjectNode data) {
            var texts = body.putObject("stringData");
            data.properties()
                    .forEach(entry ->
                            texts.put(entry.getKey(), decoded(entry.getValue().asText())));
        }
        return body;
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /** A status with each condition in a line; what its time and generation say only where they are not those of now. */
    public static ObjectNode status(Object status, HasMetadata of) {
        var tree = Yaml.tree(status);
        if (tree.get("conditions") instanceof ArrayNode conditions) {
            var lines = Yaml.object();
            conditions.forEach(condition -> {
                var it = (ObjectNode) condition;
                lines.put(it.path("type").asText(), line(it, of));
            });
            tree.set("conditions", lines);
        }
        return tree;
    }

    private static String line(ObjectNode tree, HasMetadata of) {
        var condition = new Condition(
                tree.path("lastTransitionTime").asText(),
                tree.path("message").asText(),
                tree.path("observedGeneration").asLong(),
                tree.path("reason").asText(),
                tree.path("status").asText(),
                tree.path("type").asText());
        var line = condition.getStatus() + ", " + condition.getReason() + ": " + condition.getMessage();
        var since = condition.getLastTransitionTime().equals(Conditions.time(Scenario.NOW))
                ? ""
                : " (since " + condition.getLastTransitionTime() + ")";
        var generation = Objects.equals(
                        condition.getObservedGeneration(), of.getMetadata().getGeneration())
                ? ""
                : " (of generation " + condition.getObservedGeneration() + ")";
        return line + since + generation;
    }

    /** Whether it says that the status stays as it is. */
    public static boolean leavesTheStatus(JsonNode then) {
        return UNCHANGED.equals(then.path("status").asText());
    }
}
