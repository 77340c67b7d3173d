package dev.nuages.operator;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was written for each object and may not have come back to the caches yet. Until it has, a plan would be made from
 * what was before, and do it again. Not waited for longer than some seconds, in case a watch is interrupted.
 */
final class OwnWrites {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Caches caches;
    private final Map<ObjectRef, Map<ObjectRef, Written>> byOwner = new ConcurrentHashMap<>();

    private record Written(long version, Instant at) {}

    OwnWrites(Caches caches) {
        this.caches = caches;
    }

    /** Remembers a write by the object as the API server answered. */
    void wrote(HasMetadata owner, HasMetadata response, Instant now) {
        var version = version(response);
        if (version > 0 && caches.serves(response.getClass())) {
            byOwner.computeIfAbsent(ObjectRef.of(owner), o -> new ConcurrentHashMap<>())
                    .put(ObjectRef.of(response), new Written(version, now));
        }
    }

    /** Whether the owner, as it was read, and the caches hold all that was written for it. */
    boolean cameBack(HasMetadata owner, Instant now) {
        var ownRef = ObjectRef.of(owner);
        var written = byOwner.get(ownRef);
        if (written == null) {
            return true;
        }
        written.entrySet().removeIf(entry -> isSettled(owner, entry.getKey(), entry.getValue(), now));
        return written.isEmpty();
    }

    private boolean isSettled(HasMetadata owner, ObjectRef object, Written written, Instant now) {
        // Of a kind that the cluster has no more, no news will come.
        if (written.at().plus(PATIENCE).isBefore(now) || !caches.serves(object.type())) {
            return true;
        }
        if (object.equals(ObjectRef.of(owner)) && !isAsNew(owner, written)) {
            return false;
        }
        return caches.find(object.type(), object.namespace(), object.name())
                .map(held -> isAsNew(held, written))
                // One that is not there came and went, if the cache has heard of what was later.
                .orElseGet(() -> caches.version(object.type()) >= written.version());
    }

    void forget(ObjectRef owner) {
        byOwner.remove(owner);
    }

    private static boolean isAsNew(HasMetadata held, Written written) {
        return version(held) >= written.version();
    }

    /** 0 for one that is no number, which nothing waits for. */
    private static long version(HasMetadata object) {
        return Caches.number(object.getMetadata().getResourceVersion());
    }
}
