package dev.nuages.core.sim;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Property 3. A Deployment that was once rolled out whole promises that many ready pods of its image; once another is
 * migrated, of any. Somebody else who deletes or edits it or its pods ends the promise until it is whole again.
 */
final class OldVersionServes implements Property<OldVersionServes.Promises> {

    /**
     * What is promised.
     *
     * @param current the image that was migrated last; empty before there is one
     * @param promises by the Deployment's name
     */
    record Promises(String current, SortedMap<String, Promise> promises) {}

    /** So many pods of an image. */
    record Promise(String image, int replicas) {}

    @Override
    public String sentence() {
        return "3. the old version keeps all its replicas until the new one is migrated";
    }

    @Override
    public Promises start() {
        return new Promises("", new TreeMap<>());
    }

    @Override
    public Verdict<Promises> judge(Promises memory, State before, Step step) {
        var was = before.cluster();
        var is = step.after().cluster();
        if (was.equals(is)) {
            return Verdict.fine(memory);
        }
        var current = AppFacts.migrationPods(is)
                .filter(pod -> Pods.phase(pod).equals("Succeeded"))
                .filter(pod ->
                        was.find(pod.ref()).filter(former -> former == pod).isEmpty())
                .map(Pods::image)
                .findFirst()
                .orElse(memory.current());
        var app = AppFacts.app(is);
        if (app.isEmpty() || !app.map(Stored::uid).equals(AppFacts.app(was).map(Stored::uid))) {
            return Verdict.fine(new Promises(current, new TreeMap<>()));
        }
        var settled = AppFacts.wanted(is).equals(Optional.of(current));
        var promises = new TreeMap<>(memory.promises());
        for (var name : memory.promises().keySet()) {
            if (step.who() == Who.FAULT && touches(was, is, name)) {
                promises.remove(name);
            } else {
                promises.computeIfPresent(name, (n, promise) -> kept(is, n, promise, current, settled));
            }
        }
        for (var promise : promises.entrySet()) {
            long kept = ready(is, promise.getKey(), promise.getValue().image());
            if (kept < promise.getValue().replicas()) {
                return Verdict.wrong(
                        memory,
                        promise.getKey() + " has " + kept + " ready pods left of "
                                + promise.getValue().replicas() + " "
                                + promise.getValue().image() + ", while "
                                + AppFacts.wanted(is).orElse("")
                                + (settled ? " takes over" : " is not migrated"));
            }
        }
        is.ofType(Deployment.class).stream()
                .filter(deployment -> deployment.owners().contains(app.get().uid()))
                .forEach(deployment -> whole(is, deployment, promises));
        var after = new Promises(current, promises);
        return Verdict.fine(after.equals(memory) ? memory : after);
    }

    /** Once another image is migrated its pods count too; once what is wanted is, fewer pods may be asked for. */
    private static Promise kept(Cluster cluster, String name, Promise promise, String current, boolean settled) {
        var replicas = deployment(cluster, name)
                .filter(deployment -> settled)
                .map(found -> isGivenUp(found) ? 0 : DeploymentController.replicas(found))
                .filter(fewer -> fewer < promise.replicas())
                .orElse(promise.replicas());
        return new Promise(promise.image().equals(current) ? current : "", replicas);
    }

    /** Workers that are not asked for any more may go; there is always a web. */
    private static boolean isGivenUp(Stored deployment) {
        return deployment.deleting() && !AppFacts.component(deployment).equals("web");
    }

    private static void whole(Cluster cluster, Stored deployment, SortedMap<String, Promise> promises) {
        var asked = AppFacts.appliedImage(deployment);
        int replicas = DeploymentController.replicas(deployment);
        var name = deployment.ref().name();
        if (asked.equals(AppFacts.image(deployment))
                && replicas > 0
                && ready(cluster, name, asked) >= replicas
                && DeploymentController.number(deployment, "/status/updatedReplicas") == replicas
                && DeploymentController.number(deployment, "/status/replicas") == replicas) {
            promises.put(name, new Promise(asked, replicas));
        }
    }

    private static boolean touches(Cluster was, Cluster is, String name) {
        return !deployment(was, name).equals(deployment(is, name)) || ready(was, name, "") != ready(is, name, "");
    }

    private static Optional<Stored> deployment(Cluster cluster, String name) {
        return cluster.ofType(Deployment.class).stream()
                .filter(deployment -> deployment.ref().name().equals(name))
                .findFirst();
    }

    /** The ready pods of a Deployment that are to stay; of an image, where one is given. */
    private static long ready(Cluster cluster, String name, String image) {
        return AppFacts.processes(cluster)
                .filter(pod -> Pods.ownerKind(pod).equals("Deployment")
                        && pod.text("/metadata/ownerReferences/0/name").equals(name))
                .filter(pod -> Pods.alive(pod) && Pods.ready(pod))
                .filter(pod -> image.isEmpty() || Pods.image(pod).equals(image))
                .count();
    }
}
