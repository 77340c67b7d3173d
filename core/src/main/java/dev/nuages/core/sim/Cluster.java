package dev.nuages.core.sim;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All objects that the API server holds, as a value: a change makes another. */
public final class Cluster {
    public static final Cluster EMPTY = new Cluster(new Stored[0], Map.of());

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

    /** All objects that an object of this uid owns. */
    public List<Stored> ownedBy(String uid) {
        var found = new ArrayList<Stored>();
        for (var object : objects) {
            if (object.owners().contains(uid)) {
                found.add(object);
            }
        }
        return found;
    }

    /** The object of this uid. */
    public Optional<Stored> byUid(String uid) {
        for (var object : objects) {
            if (object.uid().equals(uid)) {
                return Optional.of(object);
            }
        }
        return Optional.empty();
    }

    /** The kinds of which an object came, changed or went since. */
    public Set<Class<? extends HasMetadata>> changedSince(Cluster before) {
        var changed = new LinkedHashSet<Class<? extends HasMetadata>>();
        int here = 0;
        int there = 0;
        while (here < objects.length || there < before.objects.length) {
            if (here < objects.length && there < before.objects.length && objects[here] == before.objects[there]) {
                here++;
                there++;
                continue;
            }
            int order = here == objects.length
                    ? 1
                    : there == before.objects.length ? -1 : compare(objects[here].ref(), before.objects[there].ref());
            changed.add(
                    (order <= 0 ? objects[here] : before.objects[there]).ref().type());
            if (order <= 0) {
                here++;
            }
            if (order >= 0) {
                there++;
            }
        }
        return changed;
    }

    /** With this object, in place of the one of its name. */
    public Cluster with(Stored object) {
        int at = index(object.ref());
        if (at >= 0) {
            if (objects[at] == object) {
                return this;
            }
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
        if (ref.type() == Pod.class) {
            // Nobody asks for a pod's uid, and pods come and go too often for their deaths to be counted.
            return new Cluster(copy, deaths);
        }
        var died = new HashMap<>(deaths);
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
            int order = compare(objects[middle].ref(), ref);
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

    /** By kind, namespace and name; quicker than the order of references, which reads annotations for the kind's name. */
    private static int compare(ObjectRef one, ObjectRef other) {
        if (one.type() != other.type()) {
            return one.type().getName().compareTo(other.type().getName());
        }
        int order = one.namespace().compareTo(other.namespace());
        return order != 0 ? order : one.name().compareTo(other.name());
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
