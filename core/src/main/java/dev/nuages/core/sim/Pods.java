package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.Hashes;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods as controllers make them of templates, and what can be seen of them. */
final class Pods {
    /** Until when a pod that is lost with its node had to be gone. */
    static final String OVERDUE = "2025-12-31T00:00:00Z";

    private final Pool pool;
    private final Map<Stored, String> hashes = new HashMap<>();

    Pods(Pool pool) {
        this.pool = pool;
    }

    /** What tells the pods of this workload's present template from those of former ones. */
    String hash(Stored workload) {
        return hashes.computeIfAbsent(
                workload,
                w -> Hashes.sha256(Pool.sorted(w.json().at("/spec/template"))).substring(0, 6));
    }

    /** A pod of a workload's template that is not running yet. */
    Stored of(Stored workload, String name, Map<String, String> moreLabels) {
        return pool.remember(workload, "pod " + name, () -> {
            var ref = new ObjectRef(Pod.class, workload.ref().namespace(), name);
            return pool.of(ref, json(workload, name, moreLabels), Optional.empty());
        });
    }

    private ObjectNode json(Stored workload, String name, Map<String, String> moreLabels) {
        var template = workload.json().at("/spec/template");
        var pod = Pool.empty().put("apiVersion", "v1").put("kind", "Pod");
        var meta = pod.putObject("metadata")
                .put("name", name)
                .put("namespace", workload.ref().namespace())
                .put("uid", "Pod-" + name);
        copy(template.path("metadata"), meta, "labels");
        copy(template.path("metadata"), meta, "annotations");
        moreLabels.forEach(meta.withObject("/labels")::put);
        meta.withArray("/ownerReferences")
                .addObject()
                .put("apiVersion", workload.object().getApiVersion())
                .put("kind", workload.object().getKind())
                .put("name", workload.ref().name())
                .put("uid", workload.uid())
                .put("controller", true);
        var containers = pod.putObject("spec").putArray("containers");
        copy(template.path("spec"), (ObjectNode) pod.path("spec"), "terminationGracePeriodSeconds");
        for (var container : template.at("/spec/initContainers")) {
            pod.withObject("/spec")
                    .withArray("/initContainers")
                    .addObject()
                    .put("name", container.path("name").asText())
                    .put("image", container.path("image").asText());
        }
        var status = pod.putObject("status").put("phase", "Pending");
        status.putArray("conditions").addObject().put("type", "Ready").put("status", "False");
        for (var container : template.at("/spec/containers")) {
            var name1 = container.path("name").asText();
            var made = containers
                    .addObject()
                    .put("name", name1)
                    .put("image", container.path("image").asText());
            copy(container, made, "command");
            waiting(
                    status.withArray("/containerStatuses")
                            .addObject()
                            .put("name", name1)
                            .put("ready", false)
                            .put("restartCount", 0),
                    "ContainerCreating");
        }
        return pod;
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        if (from.has(field)) {
            to.set(field, from.get(field).deepCopy());
        }
    }

    static void waiting(ObjectNode container, String reason) {
        container.putObject("state").putObject("waiting").put("reason", reason);
    }

    static String image(Stored pod) {
        return pod.text("/spec/containers/0/image");
    }

    static String phase(Stored pod) {
        return pod.text("/status/phase");
    }

    static boolean ended(Stored pod) {
        var phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    static boolean running(Stored pod) {
        return phase(pod).equals("Running");
    }

    static boolean ready(Stored pod) {
        return pod.text("/status/conditions/0/status").equals("True");
    }

    /** Whether it is to stay, running or about to. */
    static boolean alive(Stored pod) {
        return !pod.deleting() && !ended(pod);
    }

    /** Whether it cannot end, for nobody hears of its node any more. */
    static boolean lost(Stored pod) {
        return OVERDUE.equals(pod.object().getMetadata().getDeletionTimestamp());
    }

    static String ownerKind(Stored pod) {
        return pod.text("/metadata/ownerReferences/0/kind");
    }

    static List<Stored> of(Cluster cluster, Stored workload) {
        return cluster.ownedBy(workload.uid()).stream()
                .filter(object -> object.ref().type() == Pod.class)
                .toList();
    }
}
