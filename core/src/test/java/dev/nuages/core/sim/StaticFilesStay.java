package dev.nuages.core.sim;

import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Property 8. Requests for static files go to any ready pod that serves them, so each of these must have the files of every
 * web pod that may still answer, also of one that is told to end. From the first such pod on.
 */
final class StaticFilesStay implements Property<Boolean> {

    @Override
    public String sentence() {
        return "8. the static files of a version are served while a web pod of it runs, be it the current or the previous";
    }

    /** Whether static files are served. */
    @Override
    public Boolean start() {
        return false;
    }

    @Override
    public Verdict<Boolean> judge(Boolean served, State before, Step step) {
        var cluster = step.after().cluster();
        if (cluster.equals(before.cluster())) {
            return Verdict.fine(served);
        }
        var serving = AppFacts.processes(cluster, "static")
                .filter(pod -> Pods.ready(pod) && Pods.alive(pod))
                .toList();
        var web = AppFacts.processes(cluster, "web").filter(Pods::ready);
        var broken = web.flatMap(pod -> missing(pod, serving).stream()).findFirst();
        // What somebody deletes is served again when it is whole again.
        var promised =
                served && step.who() != Who.FAULT && AppFacts.app(cluster).isPresent();
        return broken.isPresent() && promised
                ? Verdict.wrong(true, broken.get())
                : Verdict.fine(broken.isEmpty() && !serving.isEmpty());
    }

    private static Optional<String> missing(Stored web, List<Stored> serving) {
        var image = Pods.image(web);
        var words = web + " answers with pages of " + image + ", whose static files ";
        return serving.isEmpty()
                ? Optional.of(words + "nobody serves")
                : serving.stream()
                        .filter(pod -> !has(pod, image))
                        .findFirst()
                        .map(pod -> words + pod + " does not have");
    }

    private static boolean has(Stored pod, String image) {
        return StreamSupport.stream(pod.json().at("/spec/initContainers").spliterator(), false)
                .anyMatch(copy -> copy.path("image").asText().equals(image));
    }
}
