package dev.nuages.core.sim;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All objects that the API server holds, as a value: a change makes another. */
public final class Cluster {
    public static final Cluster EMPTY = new Cluster(new Stored[0], new TreeMap<>());

    private final Stored[] objects;
    private final Map<ObjectRef, Integer> deaths;
    private final int hash;

    private Cluster(Stored[] objects, Map<ObjectRef, Integer> deaths) {
        this.objects = objects;
        this.deaths = deaths;
        this.hash = 31 * Arrays.hashCode(objects) + deaths.size();
    }

    /** All objects, by kind, namespace and name. */
    public List<Stored> objects() {
        return Collections.unmodifiableList(Arrays.asList(objects));
    }

    public Optional<Stored> find(ObjectRef ref) {
        int at = index(ref);
        return at < 0 ? Optional.empty() : Optional.of(objects[at]);
    }

    /** All objects of a kind. */
    public List<Stored> ofType(Class<? extends HasMetadata> type) {
        var found = new ArrayList<Stored>();
        for (var object : objects) {
            if (object.ref().type() == type) {
                found.add(object);
            }
        }
        return found;
    }

    /** With this object, in place of the one of its name. */
    public Cluster with(Stored object) {
        int at = index(object.ref());
        if (at >= 0) {
            var copy = objects.clone();
            copy[at] = object;
            return new Cluster(copy, deaths);
        }
        int to = -at - 1;
        var copy = new Stored[objects.length + 1];
        System.arraycopy(objects, 0, copy, 0, to);
        copy[to] = object;
        System.arraycopy(objects, to, copy, to + 1, objects.length - to);
        return new Cluster(copy, deaths);
    }

    /** Without the object of this name; the next one of the name has another uid. */
    public Cluster without(ObjectRef ref) {
        int at = index(ref);
        if (at < 0) {
            return this;
        }
        var copy = new Stored[objects.length - 1];
        System.arraycopy(objects, 0, copy, 0, at);
        System.arraycopy(objects, at + 1, copy, at, copy.length - at);
        var died = new TreeMap<>(deaths);
        died.merge(ref, 1, Integer::sum);
        return new Cluster(copy, died);
    }

    /** The uid of the next object of this name. */
    String nextUid(ObjectRef ref) {
        return ref.kind() + "-" + ref.name() + "-" + (deaths.getOrDefault(ref, 0) + 1);
    }

    private int index(ObjectRef ref) {
        int low = 0;
        int high = objects.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = objects[middle].ref().compareTo(ref);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Cluster that
                        && hash == that.hash
                        && Arrays.equals(objects, that.objects)
                        && deaths.equals(that.deaths));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
