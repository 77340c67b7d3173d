package dev.nuages.core.sim;

import java.util.SortedSet;
import java.util.TreeSet;

/** Property 2. Its oracle is the pods: those that are made of what we applied, not of what somebody else put into it. */
final class MigratedBeforeItRuns implements Property<SortedSet<String>> {

    @Override
    public String sentence() {
        return "2. no process of version v before v is migrated";
    }

    /** The images that were ever migrated. */
    @Override
    public SortedSet<String> start() {
        return new TreeSet<>();
    }

    @Override
    public Verdict<SortedSet<String>> judge(SortedSet<String> migrated, State before, Step step) {
        var was = before.cluster();
        var is = step.after().cluster();
        if (was.equals(is)) {
            return Verdict.fine(migrated);
        }
        var unmigrated = AppFacts.processes(is)
                .filter(pod -> !AppFacts.component(pod).equals("static")) // that is Caddy, and files of any image
                .filter(pod -> was.find(pod.ref()).isEmpty())
                .filter(pod -> !migrated.contains(Pods.image(pod)) && asked(is, pod))
                .findFirst();
        if (unmigrated.isPresent()) {
            return Verdict.wrong(
                    migrated,
                    unmigrated.get() + " runs " + Pods.image(unmigrated.get()) + ", which was never migrated");
        }
        var memory = new TreeSet<>(migrated);
        AppFacts.migrationPods(is)
                .filter(pod -> Pods.phase(pod).equals("Succeeded"))
                .forEach(pod -> memory.add(Pods.image(pod)));
        return Verdict.fine(memory.equals(migrated) ? migrated : memory);
    }

    /** Whether the pod's image is what we applied last to the workload that made it. */
    private static boolean asked(Cluster cluster, Stored pod) {
        return pod.owners().stream()
                .flatMap(uid -> cluster.byUid(uid).stream())
                .anyMatch(owner -> AppFacts.appliedImage(owner).equals(Pods.image(pod)));
    }
}
