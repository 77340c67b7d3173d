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
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeMap;

/** What the API server makes of each request. A request that it refuses is an empty answer. */
public final class ApiServer {
    static final String FOREGROUND = "foregroundDeletion";

    /** When a pod that is deleted has to be gone: later than the moment at which all plans are made. */
    private static final String SOON = "2026-01-01T00:00:30Z";

    private final Pool pool;

    public ApiServer(Pool pool) {
        this.pool = pool;
    }

    /** Creates an object, as {@code kubectl create} does, or leaves the one there is. */
    public Cluster create(Cluster cluster, HasMetadata object) {
        var ref = ObjectRef.of(object);
        if (cluster.find(ref).isPresent()) {
            return cluster;
        }
        return cluster.with(born(cluster, ref, Pool.json(object), Optional.empty()));
    }

    /** Deletes an object, as {@code kubectl delete} does: at once, unless a finalizer holds it; what it owns goes later. */
    public Cluster delete(Cluster cluster, ObjectRef ref) {
        return cluster.find(ref)
                .map(there -> there.finalizers().isEmpty() && ref.type() != Pod.class
                        ? cluster.without(ref)
                        : cluster.with(marked(there)))
                .orElse(cluster);
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
            return Optional.of(cluster.with(born(cluster, ref, apply.wanted())));
        }
        var now = there.get();
        boolean mayWrite = apply.seen().map(now.uid()::equals).orElseGet(() -> Ownership.ours(now.object(), owner));
        return mayWrite ? Optional.of(cluster.with(merged(now, apply.wanted()))) : Optional.empty();
    }

    Optional<Cluster> create(Cluster cluster, Effect.Create create, HasMetadata owner) {
        var ref = ObjectRef.of(create.wanted());
        var there = cluster.find(ref);
        if (there.isPresent()) {
            return there.filter(object -> Ownership.ours(object.object(), owner))
                    .map(object -> cluster);
        }
        return Optional.of(cluster.with(born(cluster, ref, create.wanted())));
    }

    Optional<Cluster> generate(Cluster cluster, Effect.Generate generate, HasMetadata owner) {
        var ref = ObjectRef.of(generate.secret());
        var there = cluster.find(ref);
        if (there.isPresent()) {
            return there.filter(secret -> Ownership.ours(secret.object(), owner))
                    .map(secret -> cluster);
        }
        var json = Pool.json(generate.secret());
        var data = json.withObject("/data");
        for (var key : new TreeMap<>(generate.lengths()).keySet()) {
            var value = "chance-" + cluster.nextUid(ref) + "-" + key;
            data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        }
        return Optional.of(cluster.with(born(cluster, ref, json, Optional.empty())));
    }

    /** Deletes an object if it is still this one, what it owns before it; else there is nothing to do. */
    Cluster delete(Cluster cluster, Effect.Delete delete) {
        return cluster.find(delete.object())
                .filter(there -> there.uid().equals(delete.uid()))
                .map(there -> cluster.with(pool.edit(there, "delete in the foreground", json -> {
                    mark(json, "2026-01-01T00:00:00Z");
                    var finalizers = json.withObject("/metadata").withArray("/finalizers");
                    if (!finalizers.toString().contains(FOREGROUND)) {
                        finalizers.add(FOREGROUND);
                    }
                })))
                .orElse(cluster);
    }

    Optional<Cluster> remove(Cluster cluster, Effect.Remove remove) {
        var there = cluster.find(remove.object()).filter(found -> found.uid().equals(remove.uid()));
        if (there.isEmpty()) {
            return Optional.of(cluster);
        }
        return there.filter(found -> found.resourceVersion().equals(remove.resourceVersion()))
                .map(found -> cluster.with(pool.edit(
                        found,
                        remove,
                        json -> remove.pointers().forEach(pointer -> drop(json, JsonPointer.compile(pointer))))));
    }

    /** Another field manager owns the number of pods as well from now on: it stays when we give it up. */
    Cluster handOver(Cluster cluster, Effect.HandOver handOver) {
        return cluster.find(handOver.object())
                .filter(there -> there.uid().equals(handOver.uid()))
                .map(there -> cluster.with(pool.remember(there, handOver, () -> {
                    var json = there.json().deepCopy();
                    json.withObject("/spec").put("replicas", handOver.replicas());
                    Pool.bumpGeneration(there.json(), json);
                    var ours = there.applied().map(ObjectNode::deepCopy);
                    ours.ifPresent(fields -> fields.withObject("/spec").remove("replicas"));
                    return pool.of(there.ref(), json, ours);
                })))
                .orElse(cluster);
    }

    private static void drop(ObjectNode json, JsonPointer item) {
        switch (json.at(item.head())) {
            case ArrayNode items -> items.remove(item.last().getMatchingIndex());
            case ObjectNode fields -> fields.remove(item.last().getMatchingProperty());
            default -> {}
        }
    }

    /** Adds our finalizer or takes it away, if the object is just as it was read. One that only that held is gone. */
    Optional<Cluster> finalizer(Cluster cluster, Stored read, boolean present) {
        if (isNot(cluster, read)) {
            return Optional.empty();
        }
        var now = pool.edit(read, "finalizer " + present, json -> {
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
        var freed = now.deleting() && now.finalizers().isEmpty();
        return Optional.of(freed ? cluster.without(now.ref()) : cluster.with(now));
    }

    /** Writes a status, if the object is still the one that was read. */
    Optional<Cluster> status(Cluster cluster, Stored read, Object status) {
        return isNot(cluster, read)
                ? Optional.empty()
                : Optional.of(cluster.with(pool.edit(read, status, json -> json.set("status", Pool.json(status)))));
    }

    private static boolean isNot(Cluster cluster, Stored read) {
        return cluster.find(read.ref()).filter(there -> there == read).isEmpty();
    }

    /** An object that is to be deleted, and a pod that is told to end. */
    Stored marked(Stored object) {
        return object.deleting() ? object : pool.edit(object, "delete", json -> mark(json, SOON));
    }

    private static void mark(ObjectNode json, String when) {
        var meta = json.withObject("/metadata");
        if (!meta.has("deletionTimestamp")) {
            meta.put("deletionTimestamp", when);
        }
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
        var json = Pool.json(wanted);
        json.remove("status");
        return json;
    }

    private Stored born(Cluster cluster, ObjectRef ref, HasMetadata wanted) {
        return pool.born(wanted, cluster.nextUid(ref), () -> {
            var fields = withoutStatus(wanted);
            return born(cluster, ref, fields.deepCopy(), Optional.of(fields));
        });
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
