package dev.nuages.operator;

import dev.nuages.api.Nuages;
import dev.nuages.core.Alterations;
import dev.nuages.core.Drift;
import dev.nuages.core.Effect;
import dev.nuages.core.Effect.Severity;
import dev.nuages.core.ObjectRef;
import dev.nuages.operator.postgresdatabase.SqlCommands;
import dev.nuages.operator.rabbitmqvhost.RabbitCommands;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Carries out the effects of plans, while this process is the one that may. */
final class Effects {
    private final KubernetesClient client;
    private final ObjectWrites writes;
    private final Announcements announcements;
    private final Admission admission;
    private final SqlCommands sql;
    private final RabbitCommands rabbit;
    private final BooleanSupplier leading;

    Effects(KubernetesClient client, String instance, SqlCommands sql, RabbitCommands rabbit, BooleanSupplier leading) {
        this.client = client;
        this.writes = new ObjectWrites(client);
        this.announcements = new Announcements(client, instance);
        this.admission = new Admission(client, writes, announcements);
        this.sql = sql;
        this.rabbit = rabbit;
        this.leading = leading;
    }

    /**
     * What an effect left behind: the object it wrote, where it wrote one.
     *
     * @throws Refusal if it cannot be carried out as it is
     */
    Optional<HasMetadata> carryOut(HasMetadata owner, Effect effect, Instant now) {
        requireLead();
        try {
            return carriedOut(owner, effect, now);
        } catch (KubernetesClientException e) {
            throw written(owner, effect)
                    .flatMap(object -> ObjectRefused.of(object, e))
                    .<RuntimeException>map(refused -> refused)
                    .orElse(e);
        }
    }

    /** The object that an effect writes; empty for one that writes none, or one that only tells. */
    private static Optional<ObjectRef> written(HasMetadata owner, Effect effect) {
        return switch (effect) {
            case Effect.Apply apply -> Optional.of(ObjectRef.of(apply.wanted()));
            case Effect.Create create -> Optional.of(ObjectRef.of(create.wanted()));
            case Effect.Generate generate -> Optional.of(ObjectRef.of(generate.secret()));
            case Effect.Delete delete -> Optional.of(delete.object());
            case Effect.Remove remove -> Optional.of(remove.object());
            case Effect.HandOver handOver -> Optional.of(handOver.object());
            case Effect.Finalizer finalizer -> Optional.of(ObjectRef.of(owner));
            case Effect.RunSql sql -> Optional.empty();
            case Effect.RunRabbit rabbit -> Optional.empty();
            case Effect.Emit emit -> Optional.empty();
        };
    }

    private Optional<HasMetadata> carriedOut(HasMetadata owner, Effect effect, Instant now) {
        return switch (effect) {
            case Effect.Apply apply -> Optional.of(apply(owner, apply, now));
            case Effect.Create create -> made(owner, writes.create(create.wanted()), ObjectRef.of(create.wanted()));
            case Effect.Generate generate -> generate(owner, generate, now);
            case Effect.Delete delete -> {
                writes.delete(delete);
                yield Optional.empty();
            }
            case Effect.Remove remove -> remove(owner, remove, now);
            case Effect.HandOver handOver -> Optional.of(writes.handOver(handOver));
            case Effect.Finalizer(var present) -> Optional.of(writes.finalizer(owner, present));
            case Effect.RunSql(var server, var command) -> {
                sql.run(server, command);
                yield Optional.empty();
            }
            case Effect.RunRabbit(var broker, var command) -> {
                rabbit.run(broker, command);
                yield Optional.empty();
            }
            case Effect.Emit(var severity, var reason, var message) -> {
                // The plan after a crash is made of the same version, and says it once; what comes back is of another.
                announcements.say(owner, severity, reason, message, version(owner), now);
                yield Optional.empty();
            }
        };
    }

    /** Checked before each write: one that lost the lease must not write after its successor. */
    void requireLead() {
        if (!leading.getAsBoolean()) {
            throw new Refusal("LeaseLost", "the lease is another process's now");
        }
    }

    /** What is refused at every look is told once, but again of another wish, and where it is asked to be tried again. */
    private static String occasion(HasMetadata owner) {
        var retry = Objects.requireNonNullElse(owner.getMetadata().getAnnotations(), Map.<String, String>of())
                .getOrDefault(Nuages.RETRY_ANNOTATION, "");
        return generation(owner) + " " + retry;
    }

    void warn(HasMetadata owner, String reason, String sentence, Instant now) {
        announcements.say(owner, Severity.Warning, reason, sentence, occasion(owner), now);
    }

    private HasMetadata apply(HasMetadata owner, Effect.Apply apply, Instant now) {
        var ref = ObjectRef.of(apply.wanted());
        Optional<? extends HasMetadata> live = Optional.empty();
        if (apply.seen().isEmpty() || !apply.drift().isEmpty()) {
            live = Confirmations.live(client, ref);
            writes.refuseTaken(owner, live);
        }
        var uid = apply.seen();
        if (uid.isEmpty()) {
            uid = live.map(object -> object.getMetadata().getUid());
        }
        var after = writes.apply(apply.wanted(), uid);
        var altered = Alterations.byApply(apply.wanted(), after);
        // An apply that changed nothing put nothing back.
        if (!apply.drift().isEmpty()
                && live.filter(before -> version(before).equals(version(after))).isEmpty()) {
            var occasion = live.map(object -> object.getMetadata().getResourceVersion())
                    .orElseGet(() -> after.getMetadata().getUid());
            repaired(apply, live, altered.paths())
                    .ifPresent(sentence ->
                            announcements.say(owner, Severity.Normal, "DriftRepaired", sentence, occasion, now));
        }
        return admission.leave(owner, apply.wanted(), after, altered, now);
    }

    /**
     * What an apply put right; empty for what was only missing in an old view.
     *
     * @param altered fields that admission did not let be put right
     */
    private static Optional<String> repaired(
            Effect.Apply apply, Optional<? extends HasMetadata> live, List<String> altered) {
        var ref = ObjectRef.of(apply.wanted());
        if (live.isEmpty()) {
            return Optional.of("made " + ref + ", which was missing");
        }
        // One that is there and was not seen may have other labels by now than those by which it is looked for.
        var changed = apply.seen().isPresent()
                ? apply.drift()
                : Drift.between(apply.wanted(), live.get()).changed();
        var managed = live.get().getMetadata().getManagedFields();
        var drift = changed.stream()
                .filter(path -> !altered.contains(path) && !isNewValue(apply.wanted(), managed, path))
                .toList();
        if (drift.isEmpty()) {
            return Optional.empty();
        }
        var who = drift.stream()
                .flatMap(path -> FieldManagers.of(managed, path, Nuages.MANAGER).stream())
                .distinct()
                .sorted()
                .toList();
        return Optional.of("put " + String.join(", ", drift) + " of " + ref + " back, which "
                + (who.isEmpty() ? "somebody" : String.join(" and ", who)) + " had changed");
    }

    /**
     * Whether a Secret's value differs because another one is wanted by now. A plan cannot tell, for the hash of what is
     * wanted leaves values out; but what is ours still is what we wrote.
     */
    private static boolean isNewValue(HasMetadata wanted, @Nullable List<ManagedFieldsEntry> managed, String path) {
        return wanted instanceof Secret
                && path.startsWith("data.")
                && FieldManagers.isOf(managed, path, Nuages.MANAGER);
    }

    private Optional<HasMetadata> generate(HasMetadata owner, Effect.Generate generate, Instant now) {
        var ref = ObjectRef.of(generate.secret());
        var generated = writes.generate(generate);
        if (generated.isEmpty()) {
            return relabeled(owner, generate.secret(), now);
        }
        if (generate.lost()) {
            generated.ifPresent(secret -> announcements.say(
                    owner,
                    Severity.Warning,
                    "SecretLost",
                    "generated new values for " + ref + ", which had been deleted: those that it held are lost",
                    secret.getMetadata().getUid(),
                    now));
        }
        return generated.map(secret -> secret);
    }

    /**
     * A Secret of ours that is there and was not seen may lack the labels by which it is looked for: with them the next plan
     * sees it, and puts the rest of it right.
     */
    private Optional<HasMetadata> relabeled(HasMetadata owner, Secret wanted, Instant now) {
        var live = Confirmations.live(client, ObjectRef.of(wanted));
        writes.refuseTaken(owner, live);
        var lost = live.stream()
                .flatMap(secret -> Drift.between(wanted, secret).changed().stream())
                .filter(path -> path.startsWith("metadata.labels"))
                .toList();
        if (live.isEmpty() || lost.isEmpty()) {
            return Optional.empty();
        }
        var meta = live.get().getMetadata();
        var after = writes.label(live.get(), wanted.getMetadata().getLabels());
        repaired(new Effect.Apply(wanted, Optional.of(meta.getUid()), lost), live, List.of())
                .ifPresent(sentence -> announcements.say(
                        owner, Severity.Normal, "DriftRepaired", sentence, meta.getResourceVersion(), now));
        return Optional.of(after);
    }

    /** What was created; where an object of this name exists, it must be ours. */
    private Optional<HasMetadata> made(HasMetadata owner, Optional<? extends HasMetadata> created, ObjectRef ref) {
        if (created.isEmpty()) {
            writes.refuseTaken(owner, Confirmations.live(client, ref));
        }
        return created.map(object -> object);
    }

    private Optional<HasMetadata> remove(HasMetadata owner, Effect.Remove remove, Instant now) {
        var live = Confirmations.live(client, remove.object())
                .filter(object -> remove.uid().equals(object.getMetadata().getUid()));
        if (live.isEmpty()) {
            return Optional.empty();
        }
        var after = writes.remove(remove);
        if (remove.wanted().isEmpty()) {
            return Optional.of(after);
        }
        var wanted = remove.wanted().get();
        var altered = Alterations.byRemoval(wanted, after);
        if (altered.none()) {
            announcements.say(
                    owner,
                    Severity.Normal,
                    "DriftRepaired",
                    "took " + String.join(", ", remove.pointers()) + " out of " + remove.object()
                            + ", which somebody had put there",
                    remove.resourceVersion(),
                    now);
        }
        return Optional.of(admission.leave(owner, wanted, after, altered, now));
    }

    private static String version(HasMetadata object) {
        return String.valueOf(object.getMetadata().getResourceVersion());
    }

    private static String generation(HasMetadata object) {
        return String.valueOf(object.getMetadata().getGeneration());
    }
}
