package dev.nuages.operator;

import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Objects that stand in the way: of names that an owner wants, and not made for it. The caches hold only what carries our
 * label, so a write finds them; from then on each look asks the API server for them, and a watch tells when they go.
 */
final class ForeignObjects implements AutoCloseable {
    private final KubernetesClient client;
    private final Lookup caches;
    private final Consumer<ObjectRef> free;
    private final Map<ObjectRef, Map<ObjectRef, Watch>> byOwner = new ConcurrentHashMap<>();

    /**
     * @param free hears of an owner whose name is somebody else's no longer, on a thread of the watch's
     */
    ForeignObjects(KubernetesClient client, Lookup caches, Consumer<ObjectRef> free) {
        this.client = client;
        this.caches = caches;
        this.free = free;
    }

    /** Answers whether it was not known before. */
    boolean remember(HasMetadata owner, ObjectRef object) {
        var ref = ObjectRef.of(owner);
        var known = byOwner.computeIfAbsent(ref, o -> new ConcurrentHashMap<>());
        if (known.containsKey(object)) {
            return false;
        }
        known.put(object, watch(ref, object));
        return true;
    }

    void forget(ObjectRef owner) {
        Optional.ofNullable(byOwner.remove(owner))
                .ifPresent(known -> known.values().forEach(Watch::close));
    }

    private void forget(ObjectRef owner, ObjectRef object) {
        Optional.ofNullable(byOwner.get(owner))
                .map(known -> known.remove(object))
                .ifPresent(Watch::close);
    }

    private Watch watch(ObjectRef owner, ObjectRef object) {
        return watch(Confirmations.place(client, object), () -> {
            forget(owner, object);
            free.accept(owner);
        });
    }

    private static <T extends HasMetadata> Watch watch(Resource<T> place, Runnable gone) {
        return place.watch(new Watcher<T>() {
            @Override
            public void eventReceived(Action action, T now) {
                if (action == Action.DELETED) {
                    gone.run();
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                // Then the next look finds out: there is one every half a minute.
            }
        });
    }

    /** The cluster as this owner should see it. */
    Lookup seenBy(HasMetadata owner) {
        var ref = ObjectRef.of(owner);
        var foreign = byOwner.get(ref);
        return foreign == null || foreign.isEmpty() ? caches : new WithForeign(ref, foreign);
    }

    @Override
    public void close() {
        List.copyOf(byOwner.keySet()).forEach(this::forget);
    }

    private final class WithForeign implements Lookup {
        private final ObjectRef owner;
        private final Map<ObjectRef, Watch> foreign;

        WithForeign(ObjectRef owner, Map<ObjectRef, Watch> foreign) {
            this.owner = owner;
            this.foreign = foreign;
        }

        @Override
        public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
            var held = caches.find(type, namespace, name);
            var object = new ObjectRef(type, namespace, name);
            if (held.isPresent() || !foreign.containsKey(object)) {
                return held;
            }
            var live = Confirmations.live(client, object).map(type::cast);
            if (live.isEmpty()) {
                forget(owner, object);
            }
            return live;
        }

        @Override
        public <T extends HasMetadata> List<T> others(Class<T> type, String namespace, String name) {
            return caches.others(type, namespace, name);
        }

        @Override
        public boolean serves(Class<? extends HasMetadata> type) {
            return caches.serves(type);
        }

        @Override
        public boolean knows(Class<? extends HasMetadata> type) {
            return caches.knows(type);
        }

        @Override
        public <T extends HasMetadata> Optional<T> foreign(Class<T> type, String namespace, String name) {
            return caches.foreign(type, namespace, name);
        }

        @Override
        public Optional<String> lastSaid(ObjectRef about, String reason) {
            return caches.lastSaid(about, reason);
        }

        @Override
        public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
            var held = caches.list(type, namespace, labels);
            if (!labels.getOrDefault(Ownership.OWNER_NAME_LABEL, "").equals(owner.name())) {
                return held;
            }
            var inTheWay = foreign.keySet().stream()
                    .filter(object ->
                            object.type() == type && object.namespace().equals(namespace))
                    .flatMap(object -> find(type, namespace, object.name()).stream());
            return Stream.concat(held.stream(), inTheWay).distinct().toList();
        }
    }
}
