package dev.nuages.core.sim;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.Nuages;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeMap;

/** What the API server makes of each request. A request that it refuses is an empty answer. */
public final class ApiServer {
    private static final String FOREGROUND = "foregroundDeletion";

    private final Pool pool;

    public ApiServer(Pool pool) {
        this.pool = pool;
    }

    /** Creates an object, or leaves the one there is. */
    public Cluster create(Cluster cluster, HasMetadata object) {
        var ref = ObjectRef.of(object);
        if (cluster.find(ref).isPresent()) {
            return cluster;
        }
        return cluster.with(born(cluster, ref, pool.json(object), Optional.empty()));
    }

    boolean confirms(Cluster cluster, Confirmation confirmation) {
        return switch (confirmation) {
            case Confirmation.Absent absent -> cluster.find(absent.object()).isEmpty();
            case Confirmation.Unchanged same ->
                cluster.find(same.object())
                        .filter(o -> o.resourceVersion().equals(same.resourceVersion()))
                        .isPresent();
        };
    }

    Optional<Cluster> apply(Cluster cluster, Effect.Apply apply, HasMetadata owner) {
        var ref = ObjectRef.of(apply.wanted());
        var there = cluster.find(ref);
        if (there.isEmpty()) {
            if (apply.seen().isPresent()) {
                return Optional.empty();
            }
            var wanted = withoutStatus(apply.wanted());
            return Optional.of(cluster.with(born(cluster, ref, wanted.deepCopy(), Optional.of(wanted))));
        }
        var now = there.get();
        boolean mayWrite = apply.seen().map(now.uid()::equals).orElseGet(() -> Ownership.ours(now.object(), owner));
        return mayWrite ? Optional.of(cluster.with(merged(now, apply.wanted()))) : Optional.empty();
    }

    Cluster generate(Cluster cluster, Effect.Generate generate) {
        var ref = ObjectRef.of(generate.secret());
        if (cluster.find(ref).isPresent()) {
            return cluster;
        }
        var json = pool.json(generate.secret());
        var data = json.withObject("/data");
        for (var key : new TreeMap<>(generate.lengths()).keySet()) {
            var value = "chance-" + cluster.nextUid(ref) + "-" + key;
            data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        }
        return cluster.with(born(cluster, ref, json, Optional.empty()));
    }

    /** Deletes an object if it is still this one: dependents go first, and finalizers hold it. */
    public Optional<Cluster> delete(Cluster cluster, ObjectRef ref, String uid) {
        var there = cluster.find(ref);
        if (there.isEmpty() || !there.get().uid().equals(uid)) {
            return Optional.empty();
        }
        return Optional.of(cluster.with(pool.edit(there.get(), "delete", json -> {
            var meta = json.withObject("/metadata");
            meta.put("deletionTimestamp", "2026-01-01T00:00:00Z");
            var finalizers = meta.withArray("/finalizers");
            if (!finalizers.toString().contains(FOREGROUND)) {
                finalizers.add(FOREGROUND);
            }
        })));
    }

    Optional<Cluster> remove(Cluster cluster, Effect.Remove remove) {
        return cluster.find(remove.object())
                .filter(there -> there.uid().equals(remove.uid()))
                .map(there -> cluster.with(pool.edit(
                        there,
                        remove,
                        json -> remove.pointers().forEach(pointer -> drop(json, JsonPointer.compile(pointer))))));
    }

    private static void drop(ObjectNode json, JsonPointer item) {
        if (json.at(item.head()) instanceof ArrayNode items) {
            items.remove(item.last().getMatchingIndex());
        }
    }

    Cluster finalizer(Cluster cluster, ObjectRef ref, boolean present) {
        return cluster.find(ref)
                .map(there -> {
                    var now = pool.edit(there, "finalizer " + present, json -> {
                        var finalizers = json.withObject("/metadata").withArray("/finalizers");
                        for (int i = finalizers.size() - 1; i >= 0; i--) {
                            if (finalizers.get(i).asText().equals(Nuages.FINALIZER)) {
                                finalizers.remove(i);
                            }
                        }
                        if (present) {
                            finalizers.add(Nuages.FINALIZER);
                        }
                    });
                    return cluster.with(now);
                })
                .orElse(cluster);
    }

    /** Writes a status, if the object is still the one that was read. */
    Optional<Cluster> status(Cluster cluster, Stored read, Object status) {
        var there = cluster.find(read.ref());
        if (there.isEmpty() || there.get() != read) {
            return Optional.empty();
        }
        return Optional.of(cluster.with(pool.edit(read, status, json -> json.set("status", pool.json(status)))));
    }

    private Stored merged(Stored now, HasMetadata wanted) {
        return pool.remember(now, wanted, () -> {
            var fields = withoutStatus(wanted);
            var json = ServerSideApply.merge(now.json(), now.applied(), fields);
            Pool.bumpGeneration(now.json(), json);
            return pool.of(now.ref(), json, Optional.of(fields));
        });
    }

    private ObjectNode withoutStatus(HasMetadata wanted) {
        var json = pool.json(wanted);
        json.remove("status");
        return json;
    }

    private Stored born(Cluster cluster, ObjectRef ref, ObjectNode json, Optional<ObjectNode> applied) {
        var meta = json.withObject("/metadata");
        meta.remove("resourceVersion");
        meta.put("uid", cluster.nextUid(ref));
        if (json.has("spec")) {
            meta.put("generation", 1);
        }
        return pool.of(ref, json, applied);
    }
}
