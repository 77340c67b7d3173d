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
 * answer for. An owner that is deleted before its controller has looked at its deletionPolicy goes by the former one.
 */
final class DataStays implements Property<SortedSet<String>> {
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

    /** The uids of owners that were deleted and take their data along, and of all that was theirs. */
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
        inherit(was.cluster(), memory);
        inherit(is.cluster(), memory);
        if (step.who() != Who.FAULT) {
            var wrong = lost(was.cluster(), is.cluster(), memory).or(() -> dropped(was, is));
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

    private static Optional<String> dropped(World was, World is) {
        for (var name : was.sql().databases().keySet()) {
            var now = is.sql().database(name);
            var same = now.isPresent()
                    && now.get().id().equals(was.sql().databases().get(name).id());
            if (!same && was.cluster().ofType(PostgresDatabase.class).stream().noneMatch(d -> mayDrop(d, name))) {
                return Optional.of("database " + name + " is dropped");
            }
        }
        return Optional.empty();
    }

    private static boolean mayDrop(Stored database, String name) {
        var spec = database.json().path("spec");
        return database.deleting()
                && spec.path("deletionPolicy").asText().equals("Delete")
                && spec.path("database")
                        .asText(database.ref().name().replace('-', '_'))
                        .equals(name);
    }
}
