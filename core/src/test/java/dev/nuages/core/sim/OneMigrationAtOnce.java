package dev.nuages.core.sim;

import dev.nuages.api.PostgresDatabase;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Property 1. A migration runs while a pod of its Job does, also one that is told to end; but not one that runs on
 * because somebody else deleted its Job: a lock in the database is for that.
 */
final class OneMigrationAtOnce implements Property<SortedSet<String>> {

    @Override
    public String sentence() {
        return "1. never two migrations of one app (or one database) at once; never one version migrated twice without a"
                + " failure or a request between";
    }

    /** The images that are migrated, since they were last asked for. */
    @Override
    public SortedSet<String> start() {
        return new TreeSet<>();
    }

    @Override
    public Verdict<SortedSet<String>> judge(SortedSet<String> done, State before, Step step) {
        var was = before.cluster();
        var is = step.after().cluster();
        if (was.equals(is)) {
            return Verdict.fine(done);
        }
        var running = AppFacts.migrationPods(is)
                .filter(pod -> Pods.running(pod) && !orphaned(pod))
                .toList();
        if (running.size() > 1) {
            return Verdict.wrong(done, "two migrations run at once: " + running);
        }
        var memory = new TreeSet<>(databases(was).equals(databases(is)) ? done : Set.of());
        if (step.who() == Who.USER) {
            forgetRequested(was, is, memory);
        }
        if (step.who() == Who.FAULT) {
            was.objects().stream()
                    .filter(AppFacts::migrates)
                    .filter(job -> job.ref().type() != io.fabric8.kubernetes.api.model.Pod.class)
                    .filter(job -> is.find(job.ref()).isEmpty())
                    .forEach(job -> memory.remove(AppFacts.image(job)));
        }
        for (var pod : (Iterable<Stored>) AppFacts.migrationPods(is)::iterator) {
            var former = was.find(pod.ref());
            if (former.isEmpty() || former.get() == pod || orphaned(pod)) {
                continue;
            }
            var image = Pods.image(pod);
            if (Pods.running(pod) && !Pods.running(former.get()) && memory.contains(image)) {
                return Verdict.wrong(done, image + " is migrated again, though it was and nobody asked");
            }
            if (Pods.phase(pod).equals("Succeeded")) {
                memory.add(image);
            } else if (Pods.phase(pod).equals("Failed")) {
                memory.remove(image);
            }
        }
        return Verdict.fine(memory.equals(done) ? done : memory);
    }

    private static void forgetRequested(Cluster was, Cluster is, SortedSet<String> memory) {
        var wanted = AppFacts.wanted(is);
        if (wanted.isEmpty() || AppFacts.app(was).isEmpty()) {
            memory.clear();
        } else if (!wanted.equals(AppFacts.wanted(was)) || !AppFacts.retry(was).equals(AppFacts.retry(is))) {
            memory.remove(wanted.get());
        }
    }

    /** Another database is to be migrated anew. */
    private static List<String> databases(Cluster cluster) {
        return cluster.ofType(PostgresDatabase.class).stream()
                .map(database -> database.text("/status/databaseId"))
                .filter(id -> !id.isEmpty())
                .toList();
    }

    private static boolean orphaned(Stored pod) {
        return Optional.ofNullable(pod.object().getMetadata().getAnnotations())
                .filter(annotations -> annotations.containsKey(Meddler.ORPHANED))
                .isPresent();
    }
}
