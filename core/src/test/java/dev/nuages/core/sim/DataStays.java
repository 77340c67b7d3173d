package dev.nuages.core.sim;

import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresDatabase;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Property 4. Generated Secrets, volumes and databases hold data. What somebody else deletes or changes is not ours to
 * answer for, nor what goes with it. An owner that is deleted before its controller has looked at its deletionPolicy goes
 * by the former one, and one that says Retain after it was deleted may be too late.
 */
final class DataStays implements Property<SortedSet<String>> {
    private static final String DATABASE = "may be dropped: ";

    private final Function<World, SortedSet<String>> condemned;

    /**
     * @param condemned the uids of the live owners that, if they were deleted now, would take their data along
     */
    DataStays(Function<World, SortedSet<String>> condemned) {
        this.condemned = condemned;
    }

    @Override
    public String sentence() {
        return "4. no generated secret ever changes by itself; nothing holding data is deleted unless its deletionPolicy"
                + " says Delete and its owner is deleted";
    }

    /** The uids of owners that were deleted and take their data along, and of all that was theirs; and databases, by their ids. */
    @Override
    public SortedSet<String> start() {
        return new TreeSet<>();
    }

    @Override
    public Verdict<SortedSet<String>> judge(SortedSet<String> gone, State before, Step step) {
        var was = before.world();
        var is = step.after().world();
        if (was.equals(is)) {
            return Verdict.fine(gone);
        }
        var memory = new TreeSet<>(gone);
        for (var uid : condemned.apply(was)) {
            if (was.cluster().byUid(uid).filter(Stored::deleting).isPresent()
                    || is.cluster().byUid(uid).filter(o -> !o.deleting()).isEmpty()) {
                memory.add(uid);
            }
        }
        if (step.who() == Who.FAULT) {
            was.cluster().objects().stream()
                    .filter(o -> is.cluster()
                            .byUid(o.uid())
                            .filter(now -> !now.deleting())
                            .isEmpty())
                    .filter(o -> !was.cluster().ownedBy(o.uid()).isEmpty())
                    .forEach(o -> memory.add(o.uid()));
        }
        was.cluster().ofType(PostgresDatabase.class).stream()
                .filter(DataStays::mayDrop)
                .flatMap(database -> was.sql().database(name(database)).stream())
                .forEach(database -> memory.add(DATABASE + database.id()));
        inherit(was.cluster(), memory);
        inherit(is.cluster(), memory);
        if (step.who() != Who.FAULT) {
            var wrong = lost(was.cluster(), is.cluster(), memory).or(() -> dropped(was, is, memory));
            if (wrong.isPresent()) {
                return Verdict.wrong(gone, wrong.get());
            }
        }
        return Verdict.fine(memory.equals(gone) ? gone : memory);
    }

    private static void inherit(Cluster cluster, SortedSet<String> memory) {
        int size = -1;
        while (!memory.isEmpty() && size != memory.size()) {
            size = memory.size();
            cluster.objects().stream()
                    .filter(o -> !o.owners().isEmpty() && memory.containsAll(o.owners()))
                    .forEach(o -> memory.add(o.uid()));
        }
    }

    private static Optional<String> lost(Cluster was, Cluster is, SortedSet<String> gone) {
        for (var object : was.objects()) {
            if (!holdsData(object) || gone.contains(object.uid())) {
                continue;
            }
            var now = is.find(object.ref());
            if (now.isEmpty() || !now.get().uid().equals(object.uid())) {
                return Optional.of(object + " is gone");
            }
            if (now.get().deleting() && !object.deleting()) {
                return Optional.of(object + " is to be deleted");
            }
            if (!now.get().json().path("data").equals(object.json().path("data"))) {
                return Optional.of("the values of " + object + " change");
            }
        }
        return Optional.empty();
    }

    private static boolean holdsData(Stored object) {
        return object.ref().type() == PersistentVolumeClaim.class
                || (object.ref().type() == Secret.class
                        && object.json().at("/metadata/annotations").has(Nuages.GENERATED_FOR_ANNOTATION));
    }

    private static Optional<String> dropped(World was, World is, SortedSet<String> memory) {
        for (var database : was.sql().databases().entrySet()) {
            var id = database.getValue().id();
            var stays = is.sql()
                    .database(database.getKey())
                    .filter(now -> now.id().equals(id))
                    .isPresent();
            if (!stays && !memory.remove(DATABASE + id)) {
                return Optional.of("database " + database.getKey() + " is dropped");
            }
        }
        return Optional.empty();
    }

    private static boolean mayDrop(Stored database) {
        return database.deleting() && database.text("/spec/deletionPolicy").equals("Delete");
    }

    private static String name(Stored database) {
        var name = database.text("/spec/database");
        return name.isEmpty() ? database.ref().name().replace('-', '_') : name;
    }
}
