package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Somebody who deletes and edits objects that are not his, or machines that break: each time costs a fault. */
final class Meddler implements Actor {
    private final Pool pool;
    private final ApiServer server;
    private final Kubernetes kubernetes;
    private final List<Meddling> repertoire = new ArrayList<>();

    /** What may be done to an object. */
    private interface Meddling {
        void to(Stored object, World world, Out out);
    }

    /** Takes what is done, in words, and the world after it. */
    private interface Out {
        void add(String words, World after);
    }

    Meddler(Pool pool, ApiServer server, Kubernetes kubernetes) {
        this.pool = pool;
        this.server = server;
        this.kubernetes = kubernetes;
    }

    /** Deletes any of these. */
    Meddler deletes(Predicate<Stored> which) {
        repertoire.add((object, world, out) -> {
            if (which.test(object)) {
                out.add("somebody deletes " + object, world.with(deleted(world.cluster(), object)));
            }
        });
        return this;
    }

    /** Changes any of these that can be changed so. */
    Meddler edits(String words, Predicate<Stored> which, Consumer<ObjectNode> change) {
        repertoire.add((object, world, out) -> {
            if (which.test(object)) {
                var edited = pool.edit(object, words, change);
                if (edited != object) {
                    out.add(words + ": " + object, world.with(world.cluster().with(edited)));
                }
            }
        });
        return this;
    }

    /** As {@link #edits}, of pods; what owns them counts them anew. */
    Meddler befalls(String words, Predicate<Stored> which, Consumer<ObjectNode> change) {
        repertoire.add((object, world, out) -> {
            if (which.test(object)) {
                var edited = pool.edit(object, words, change);
                out.add(
                        object + " " + words,
                        world.with(kubernetes.recount(world.cluster().with(edited), edited)));
            }
        });
        return this;
    }

    /** The pods of a Job that somebody deletes may run on for a while: nothing of ours made that so. */
    private Cluster deleted(Cluster cluster, Stored object) {
        var after = cluster;
        for (var pod : cluster.ownedBy(object.uid())) {
            if (Pods.ownerKind(pod).equals("Job") && !Pods.ended(pod)) {
                after = after.with(pool.edit(
                        pod,
                        "orphaned",
                        json -> json.withObject("/metadata/annotations").put(ORPHANED, "true")));
            }
        }
        after = server.delete(after, object.ref());
        return object.ref().type() == Pod.class ? kubernetes.recount(after, object) : after;
    }

    static final String ORPHANED = "orphaned-by-somebody";

    @Override
    public void act(State state, Consumer<Step> may) {
        if (state.budget().faults() == 0) {
            return;
        }
        var less = state.budget().lessFaults();
        for (var object : state.cluster().objects()) {
            for (var meddling : repertoire) {
                meddling.to(
                        object,
                        state.world(),
                        (words, after) -> may.accept(
                                new Step(Who.FAULT, words, state.with(after).with(less))));
            }
        }
    }
}
