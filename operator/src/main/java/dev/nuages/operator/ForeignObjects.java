package dev.nuages.operator;

import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects that stand in the way: of names that an owner wants, and not made for it. The caches hold only what carries our
 * label, so a write finds them; from then on each look asks the API server for them, until they are gone.
 */
final class ForeignObjects {
    private final KubernetesClient client;
    private final Lookup caches;
    private final Map<ObjectRef, Set<ObjectRef>> byOwner = new ConcurrentHashMap<>();

    ForeignObjects(KubernetesClient client, Lookup caches) {
        this.client = client;
        this.caches = caches;
    }

    /** Answers whether it was not known before. */
    boolean remember(HasMetadata owner, ObjectRef object) {
        return byOwner.computeIfAbsent(ObjectRef.of(owner), o -> ConcurrentHashMap.newKeySet())
                .add(object);
    }

    void forget(ObjectRef owner) {
        byOwner.remove(owner);
    }

    /** The cluster as this owner should see it. */
    Lookup seenBy(HasMetadata owner) {
        var foreign = byOwner.get(ObjectRef.of(owner));
        return foreign == null || foreign.isEmpty() ? caches : new WithForeign(foreign);
    }

    private final class WithForeign implements Lookup {
        private final Set<ObjectRef> foreign;

        WithForeign(Set<ObjectRef> foreign) {
            this.foreign = foreign;
        }

        @Override
        public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
            var held = caches.find(type, namespace, name);
            var object = new ObjectRef(type, namespace, name);
            if (held.isPresent() || !foreign.contains(object)) {
                return held;
            }
            var live = Confirmations.live(client, object).map(type::cast);
            if (live.isEmpty()) {
                foreign.remove(object);
            }
            return live;
        }

        @Override
        public boolean serves(Class<? extends HasMetadata> type) {
            return caches.serves(type);
        }

        @Override
        public <T extends HasMetadata> Optional<T> foreign(Class<T> type, String namespace, String name) {
            return caches.foreign(type, namespace, name);
        }

        @Override
        public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
            return caches.list(type, namespace, labels);
        }
    }
}
