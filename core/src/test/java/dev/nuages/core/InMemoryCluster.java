package dev.nuages.core;

import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Objects in memory, and a controller that is always in step: for tests that walk an application through its life. */
public final class InMemoryCluster implements Lookup {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final TreeMap<ObjectRef, HasMetadata> objects = new TreeMap<>();
    private final List<Effect> done = new ArrayList<>();
    private final Consumer<RabbitCommand> rabbitmq;
    private final Set<Class<? extends HasMetadata>> lacking = new HashSet<>();
    private final Set<Class<? extends HasMetadata>> unread = new HashSet<>();
    private int count;

    public InMemoryCluster() {
        this(command -> {
            throw new AssertionError("no RabbitMQ here for " + command);
        });
    }

    /**
     * @param rabbitmq does what plans want of a RabbitMQ
     */
    public InMemoryCluster(Consumer<RabbitCommand> rabbitmq) {
        this.rabbitmq = rabbitmq;
    }

    /** Puts an object there, or in the place of the one of its name, as a new generation of it. */
    public <T extends HasMetadata> T put(T object) {
        var before = objects.get(ObjectRef.of(object));
        var meta = object.getMetadata();
        meta.setUid(before == null ? "uid-" + ++count : before.getMetadata().getUid());
        meta.setGeneration(before == null ? 1L : before.getMetadata().getGeneration() + 1);
        meta.setResourceVersion(String.valueOf(++count));
        objects.put(ObjectRef.of(object), object);
        return object;
    }

    public void delete(ObjectRef object) {
        objects.remove(object);
    }

    public <T extends HasMetadata> T get(Class<T> type, String name) {
        return find(type, "default", name)
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
    }

    /** The kind's definition is not installed. */
    public void lacks(Class<? extends HasMetadata> type) {
        lacking.add(type);
    }

    /** The kind's definition is installed. */
    public void has(Class<? extends HasMetadata> type) {
        lacking.remove(type);
    }

    @Override
    public boolean serves(Class<? extends HasMetadata> type) {
        return !lacking.contains(type);
    }

    /** What there is of the kind can't be read, until it can. */
    public void reads(Class<? extends HasMetadata> type, boolean can) {
        if (can) {
            unread.remove(type);
        } else {
            unread.add(type);
        }
    }

    @Override
    public boolean knows(Class<? extends HasMetadata> type) {
        return !unread.contains(type);
    }

    /** Everything there is, by kind and name. */
    public List<HasMetadata> objects() {
        return List.copyOf(objects.values());
    }

    /** All effects since they were last taken. */
    public List<Effect> takeEffects() {
        var taken = List.copyOf(done);
        done.clear();
        return taken;
    }

    /** Plans and carries out until a plan is empty, and says how many plans were not. */
    public <R extends CustomResource<?, S>, S, O> int settle(Kind<R, S, O> kind, String name) {
        for (int plans = 0; plans < 30; plans++) {
            var resource = get(kind.type(), name);
            var plan = kind.plan(resource, kind.observe(resource, this), NOW);
            if (plan.effects().isEmpty() && plan.status().equals(resource.getStatus())) {
                return plans;
            }
            plan.effects().forEach(this::carryOut);
            resource.setStatus(plan.status());
        }
        throw new AssertionError(kind.type().getSimpleName() + " " + name + " does not come to rest: " + takeEffects());
    }

    private void carryOut(Effect effect) {
        done.add(effect);
        switch (effect) {
            case Effect.Apply apply -> put(merged(apply.wanted()));
            case Effect.Create create -> {
                if (!objects.containsKey(ObjectRef.of(create.wanted()))) {
                    put(create.wanted());
                }
            }
            case Effect.Generate generate -> put(withValues(generate));
            case Effect.Delete delete -> delete(delete.object());
            case Effect.Remove remove -> throw new AssertionError("nothing here has items too many: " + remove);
            case Effect.Finalizer finalizer -> throw new AssertionError("not played here: " + finalizer);
            case Effect.RunSql sql -> throw new AssertionError("not played here: " + sql);
            case Effect.HandOver handOver -> {}
            case Effect.RunRabbit rabbit -> rabbitmq.accept(rabbit.command());
            case Effect.Emit emit -> {}
        }
    }

    /** With the status that the object had. */
    private HasMetadata merged(HasMetadata wanted) {
        var before = objects.get(ObjectRef.of(wanted));
        if (before instanceof CustomResource<?, ?> old && wanted instanceof CustomResource<?, ?> now) {
            keepStatus(old, now);
        }
        // As server-side apply leaves what is not ours: generated values were not applied.
        if (before instanceof Secret old
                && wanted instanceof Secret now
                && !Ownership.annotation(old, Nuages.GENERATED_FOR_ANNOTATION).isEmpty()) {
            var data = new LinkedHashMap<>(old.getData());
            Optional.ofNullable(now.getData()).ifPresent(data::putAll);
            now.setData(data);
        }
        return wanted;
    }

    @SuppressWarnings("unchecked")
    private static <S> void keepStatus(CustomResource<?, ?> old, CustomResource<?, S> now) {
        now.setStatus((S) old.getStatus());
    }

    private static Secret withValues(Effect.Generate generate) {
        var texts = new LinkedHashMap<>(Secrets.texts(generate.secret()));
        generate.lengths().forEach((key, length) -> texts.put(key, "k".repeat(length)));
        return Secrets.of(generate.secret().getMetadata(), texts);
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return Optional.ofNullable(objects.get(new ObjectRef(type, namespace, name)))
                .map(type::cast);
    }

    @Override
    public <T extends HasMetadata> List<T> others(Class<T> type, String namespace, String name) {
        return objects.values().stream()
                .filter(type::isInstance)
                .filter(object -> !ObjectRef.of(object).equals(new ObjectRef(type, namespace, name)))
                .map(type::cast)
                .toList();
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
        return objects.values().stream()
                .filter(type::isInstance)
                .filter(object -> object.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
                .map(type::cast)
                .toList();
    }
}
