package dev.nuages.core.sim;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Property 1. A migration runs while a pod of its Job does, also one that is told to end; but not one that runs on
 * because somebody else deleted its Job: a lock in the database is for that. Whoever deletes a Job asks for another.
 */
final class OneMigrationAtOnce implements Property<SortedSet<String>> {
    private static final String IN = " in ";

    @Override
    public String sentence() {
        return "1. never two migrations of one app (or one database) at once; never one version migrated twice without a"
                + " failure or a request between";
    }

    /** The images that are migrated, each in which database, since they were last asked for. */
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
        var memory = new TreeSet<>(done);
        if (step.who() == Who.USER) {
            forgetRequested(was, is, memory);
        } else if (step.who() == Who.FAULT) {
            was.ofType(Job.class).stream()
                    .filter(job -> AppFacts.migrates(job) && is.find(job.ref()).isEmpty())
                    .forEach(job -> forget(memory, AppFacts.image(job)));
        }
        return moved(was, is, done, memory);
    }

    /** What the pods did. */
    private static Verdict<SortedSet<String>> moved(
            Cluster was, Cluster is, SortedSet<String> done, SortedSet<String> memory) {
        for (var pod : (Iterable<Stored>) AppFacts.migrationPods(is)::iterator) {
            var former = was.find(pod.ref());
            if (former.isEmpty() || former.get() == pod || orphaned(pod)) {
                continue;
            }
            var image = Pods.image(pod);
            var starts = Pods.running(pod) && !Pods.running(former.get());
            if (starts && memory.stream().anyMatch(entry -> entry.startsWith(image + IN + database(is, pod)))) {
                return Verdict.wrong(done, image + " is migrated again, though it was and nobody asked");
            }
            if (Pods.phase(pod).equals("Succeeded")) {
                memory.add(image + IN + database(is, pod));
            } else if (Pods.phase(pod).equals("Failed")) {
                forget(memory, image);
            }
        }
        return Verdict.fine(memory.equals(done) ? done : memory);
    }

    /** The database that a pod's Job was recorded for; empty where another Job is recorded by now. */
    private static String database(Cluster cluster, Stored pod) {
        return AppFacts.app(cluster)
                .filter(app -> pod.text("/metadata/ownerReferences/0/name").equals(app.text("/status/migration/job")))
                .map(app -> app.text("/status/migration/databaseId"))
                .orElse("");
    }

    private static void forgetRequested(Cluster was, Cluster is, SortedSet<String> memory) {
        var wanted = AppFacts.wanted(is);
        if (wanted.isEmpty() || AppFacts.app(was).isEmpty()) {
            memory.clear();
        } else if (!wanted.equals(AppFacts.wanted(was)) || !AppFacts.retry(was).equals(AppFacts.retry(is))) {
            forget(memory, wanted.get());
        }
    }

    private static void forget(SortedSet<String> memory, String image) {
        memory.removeIf(entry -> entry.startsWith(image + IN));
    }

    private static boolean orphaned(Stored pod) {
        return Optional.ofNullable(pod.object().getMetadata().getAnnotations())
                .filter(annotations -> annotations.containsKey(Meddler.ORPHANED))
                .isPresent();
    }
}
