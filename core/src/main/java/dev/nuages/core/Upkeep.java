package dev.nuages.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects what must be done for objects to be as they are wanted: nothing for those that are.
 *
 * <p>One that differs is either wanted otherwise than before, which the hash in {@link Nuages#WANTED_ANNOTATION} tells,
 * or was changed by somebody else: that is drift, and its Event says so.
 */
public final class Upkeep {
    private static final JsonMapper CANONICAL =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private static final UpToDate UP_TO_DATE = new UpToDate();

    private final HasMetadata owner;
    private final boolean complete;
    private final List<Effect> effects = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private final List<String> leaving = new ArrayList<>();
    private final List<Confirmation> asked = new ArrayList<>();

    /**
     * @param owner the object that all of it is made for
     * @param complete whether all of it was there before, so that what is missing now was deleted by somebody
     */
    public Upkeep(HasMetadata owner, boolean complete) {
        this.owner = owner;
        this.complete = complete;
    }

    public List<Effect> effects() {
        return List.copyOf(effects);
    }

    /** The objects whose names are taken by others, such as {@code Service/mysite-web}. */
    public List<String> taken() {
        return List.copyOf(taken);
    }

    /** Objects that are wanted and being deleted: they must be gone before they can be made anew. */
    public List<String> leaving() {
        return List.copyOf(leaving);
    }

    /** Asks for something more before any of it is done. */
    public void confirm(Confirmation confirmation) {
        asked.add(confirmation);
    }

    /**
     * What must be true before any of it is done: all that was asked for, and, where it decides what becomes of data, that
     * the owner is as it was read. An old view of it, with the deletionPolicy that it had, must not write that on anything.
     */
    public List<Confirmation> confirmations() {
        var all = new ArrayList<>(asked);
        if (effects.stream().anyMatch(Upkeep::decidesAboutData)) {
            all.add(new Confirmation.Unchanged(
                    ObjectRef.of(owner), owner.getMetadata().getResourceVersion()));
        }
        return List.copyOf(all);
    }

    private static boolean decidesAboutData(Effect effect) {
        return switch (effect) {
            case Effect.Apply apply ->
                switch (apply.wanted()) {
                    case StatefulSet set -> true;
                    case Secret secret ->
                        !Ownership.annotation(secret, Nuages.GENERATED_FOR_ANNOTATION)
                                .isEmpty();
                    default -> apply.wanted().getApiVersion().startsWith(Nuages.GROUP + "/");
                };
            case Effect.Remove remove -> remove.object().type() == Secret.class;
            case Effect.Delete delete -> true;
            case Effect.Create create -> false;
            case Effect.Generate generate -> false;
            case Effect.HandOver handOver -> false;
            case Effect.Finalizer finalizer -> false;
            case Effect.RunSql sql -> false;
            case Effect.RunRabbit rabbit -> false;
            case Effect.Emit emit -> false;
        };
    }

    public void add(Effect effect) {
        effects.add(effect);
    }

    /** Makes an object be so; answers whether it is. */
    public <T extends HasMetadata> boolean keep(T wanted, Optional<T> seen) {
        var before = effects.size();
        seen.ifPresent(there -> asItWasMade(wanted, there));
        if (seen.isEmpty()) {
            marked(wanted);
            effects.add(new Effect.Apply(wanted, Optional.empty(), complete ? List.of("deleted") : List.of()));
        } else if (mayRepair(seen.get()) && !UP_TO_DATE.is(wanted, seen.get())) {
            var drift = Drift.between(marked(wanted), Drift.tree(seen.get()));
            if (sameWish(wanted, seen.get()) && !drift.extra().isEmpty()) {
                remove(seen.get(), drift.extra(), Optional.of(wanted));
            }
            repair(wanted, seen.get(), drift);
        }
        return effects.size() == before
                && !leaving.contains(ObjectRef.of(wanted).toString());
    }

    /** Which way a StatefulSet makes its pods can't be changed: one that is there keeps what it was made with. */
    private static void asItWasMade(HasMetadata wanted, HasMetadata there) {
        if (wanted instanceof StatefulSet set && there instanceof StatefulSet made) {
            set.getSpec().setPodManagementPolicy(made.getSpec().getPodManagementPolicy());
        }
    }

    /**
     * Generates a Secret that is not there. Of one that is there the labels, and whom it goes with, are kept right; its
     * values are never touched again.
     */
    public void generate(Secret wanted, Optional<Secret> seen, Map<String, Integer> lengths) {
        if (seen.isEmpty()) {
            marked(wanted);
            effects.add(new Effect.Generate(wanted, lengths, complete));
        } else if (mayRepair(seen.get())) {
            var former = Ownership.givenUp(seen.get(), wanted, owner);
            if (!former.isEmpty()) {
                remove(seen.get(), former, Optional.empty());
            }
            if (!UP_TO_DATE.is(wanted, seen.get())) {
                repair(wanted, seen.get(), Drift.between(marked(wanted), Drift.tree(seen.get())));
            }
        }
    }

    /** Lets what is ours outlive its owner, and leaves it as it is otherwise. */
    public void release(HasMetadata actual) {
        if (Ownership.ours(actual, owner) && actual.getMetadata().getDeletionTimestamp() == null) {
            var references = Ownership.givenUp(actual, List.of(), owner);
            if (!references.isEmpty()) {
                remove(actual, references, Optional.empty());
            }
        }
    }

    /** Whether an object is ours to put right; one that is somebody else's is noted. */
    private boolean mayRepair(HasMetadata actual) {
        var ours = Ownership.ours(actual, owner);
        if (!ours) {
            taken.add(ObjectRef.of(actual).toString());
        }
        var leaves = actual.getMetadata().getDeletionTimestamp() != null;
        if (ours && leaves) {
            leaving.add(ObjectRef.of(actual).toString());
            if (complete) {
                // When it is gone, its owner has long said that it is not ready, and who made what is not known any
                // more.
                effects.add(new Effect.Emit(
                        Effect.Severity.Normal,
                        "DriftRepaired",
                        "will make " + ObjectRef.of(actual) + " again, which is being deleted"));
            }
        }
        return ours && !leaves;
    }

    /** Notes an object that keeps another from being made, unless it is ours, and so goes by itself. */
    public void standsInTheWay(HasMetadata actual) {
        if (!Ownership.ours(actual, owner)) {
            taken.add(ObjectRef.of(actual).toString());
        }
    }

    private void remove(HasMetadata actual, List<String> pointers, Optional<HasMetadata> wanted) {
        effects.add(new Effect.Remove(
                ObjectRef.of(actual),
                actual.getMetadata().getUid(),
                actual.getMetadata().getResourceVersion(),
                pointers,
                wanted));
    }

    private void repair(HasMetadata wanted, HasMetadata actual, Drift drift) {
        var sameWish = sameWish(wanted, actual);
        if (!drift.changed().isEmpty() || !sameWish) {
            Alterations.recordedOn(actual).writeOn(wanted);
            effects.add(new Effect.Apply(
                    wanted, Optional.of(actual.getMetadata().getUid()), sameWish ? drift.changed() : List.of()));
        } else if (drift.none()) {
            UP_TO_DATE.remember(wanted, actual);
        }
    }

    /** Whether what is wanted of an object is what was wanted when it was last applied. */
    private static boolean sameWish(HasMetadata wanted, HasMetadata actual) {
        return Ownership.annotation(wanted, Nuages.WANTED_ANNOTATION)
                .equals(Ownership.annotation(actual, Nuages.WANTED_ANNOTATION));
    }

    /** Writes the hash of what is wanted on it, and answers its JSON. */
    private static ObjectNode marked(HasMetadata wanted) {
        var tree = (ObjectNode) Drift.tree(wanted);
        var hash = hash(tree, wanted instanceof Secret);
        UpToDate.mark(wanted, hash);
        tree.withObject("/metadata/annotations").put(Nuages.WANTED_ANNOTATION, hash);
        return tree;
    }

    /** Deletes an object that is no longer wanted, if it is ours. */
    public void gone(Optional<? extends HasMetadata> seen) {
        seen.filter(object -> Ownership.ours(object, owner))
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .ifPresent(object -> effects.add(new Effect.Delete(
                        ObjectRef.of(object), object.getMetadata().getUid())));
    }

    /** A hash of all that is wanted of an object. */
    public static String hash(HasMetadata wanted) {
        return hash((ObjectNode) Drift.tree(wanted), wanted instanceof Secret);
    }

    /**
     * A hash of all that is wanted. A Secret's values are left out, for even a hash of a guessable one would give it
     * away; that they differ is seen by comparing.
     */
    private static String hash(ObjectNode wanted, boolean secret) {
        var told = wanted;
        if (secret && wanted.get("data") instanceof ObjectNode data) {
            told = wanted.deepCopy();
            var keys = told.putObject("data");
            data.fieldNames().forEachRemaining(key -> keys.put(key, ""));
        }
        try {
            return Hashes.sha256(CANONICAL.writeValueAsString(told)).substring(0, 16);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a Kubernetes object is JSON", e);
        }
    }
}
