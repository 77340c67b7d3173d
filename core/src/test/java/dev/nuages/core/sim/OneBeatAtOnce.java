package dev.nuages.core.sim;

/**
 * Property 7. A scheduler is at work while its pod runs, also one that is told to end. Only RedBeat's may be more than one:
 * of them a lock in Redis lets one work.
 */
final class OneBeatAtOnce implements Property<Boolean> {

    @Override
    public String sentence() {
        return "7. never two schedulers of periodic tasks at once, also while one kind takes the place of another";
    }

    @Override
    public Boolean start() {
        return true;
    }

    @Override
    public Verdict<Boolean> judge(Boolean memory, State before, Step step) {
        var cluster = step.after().cluster();
        if (cluster.equals(before.cluster())) {
            return Verdict.fine(memory);
        }
        var running = AppFacts.processes(cluster, "beat").filter(Pods::running).toList();
        return running.size() > 1 && !running.stream().allMatch(OneBeatAtOnce::locked)
                ? Verdict.wrong(memory, "two schedulers run at once: " + running)
                : Verdict.fine(memory);
    }

    private static boolean locked(Stored pod) {
        return pod.json().at("/spec/containers/0/command").toString().contains("redbeat");
    }
}
