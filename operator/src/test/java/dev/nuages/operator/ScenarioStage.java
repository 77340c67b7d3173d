package dev.nuages.operator;

import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.Nuages;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.scenario.Scenario;
import dev.nuages.core.scenario.World;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The namespace of the scenarios on a real API server: objects are put there as they are given, and taken away. */
final class ScenarioStage {
    private static final List<Class<? extends HasMetadata>> ALSO_GIVEN = List.of(Pod.class);

    private final KubernetesClient admin;

    /** What was there at the last look, if nobody has changed it since: a look asks for some thirty kinds. */
    private @Nullable List<HasMetadata> lastSeen;

    ScenarioStage(KubernetesClient admin) {
        this.admin = admin;
    }

    /** Takes away all that is there; what needs time for that is missed or still there when the next is put. */
    void clear() {
        var there = lastSeen == null ? everything().toList() : lastSeen;
        there.forEach(object -> {
            var place = admin.resource(object);
            if (!object.getMetadata().getFinalizers().isEmpty()) {
                place.edit(now -> {
                    now.getMetadata().setFinalizers(List.of());
                    return now;
                });
            }
            place.withGracePeriod(0).delete();
        });
        admin.resources(Event.class).inNamespace(Scenario.NAMESPACE).delete();
        lastSeen = null;
    }

    private Stream<HasMetadata> everything() {
        var environments = admin.resources(DjangoEnvironment.class).list().getItems();
        var more = ALSO_GIVEN.stream()
                .flatMap(type -> admin.resources(type).inNamespace(Scenario.NAMESPACE).list().getItems().stream());
        return Stream.of(environments.stream(), Witness.objects(admin, Scenario.NAMESPACE), more)
                .flatMap(all -> all);
    }

    /** Every object that is there. */
    Map<ObjectRef, HasMetadata> objects() {
        lastSeen = everything().toList();
        return byName(lastSeen);
    }

    private static Map<ObjectRef, HasMetadata> byName(Collection<HasMetadata> all) {
        var objects = new TreeMap<ObjectRef, HasMetadata>();
        all.forEach(object -> objects.put(ObjectRef.of(object), object));
        return objects;
    }

    /** Whether caches have heard of these objects, and that what was there before is gone. */
    static boolean areHeldBy(Caches caches, Collection<HasMetadata> objects) {
        var there = objects.stream()
                .filter(object -> object instanceof CustomResource<?, ?> || isLabelled(object))
                .map(ScenarioStage::version)
                .collect(Collectors.toSet());
        var held = Stream.of(Witness.KINDS, ALSO_GIVEN, List.of(DjangoEnvironment.class))
                .flatMap(List::stream)
                .flatMap(type -> caches.list(type).stream())
                .map(ScenarioStage::version)
                .collect(Collectors.toSet());
        return held.equals(there);
    }

    private static boolean isLabelled(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels != null && Nuages.MANAGER.equals(labels.get(Ownership.MANAGED_BY_LABEL));
    }

    private static String version(HasMetadata object) {
        return ObjectRef.of(object) + " " + object.getMetadata().getResourceVersion();
    }

    /** What the operator said. */
    List<Event> events() {
        return admin.resources(Event.class).inNamespace(Scenario.NAMESPACE).list().getItems().stream()
                .filter(event -> event.getReportingController().startsWith(Nuages.GROUP))
                .toList();
    }

    /** Puts the object of a plan there, with the generation (1 or 2), the status and the deletion that it is given. */
    HasMetadata putPrimary(HasMetadata given) {
        var wanted = fresh(given);
        // A deletion is a change too.
        if (given.getMetadata().getGeneration() == 1 || given.getMetadata().getDeletionTimestamp() != null) {
            return stateOf(admin.resource(wanted).create(), given);
        }
        var other = policy(given).equals(Optional.of("Delete")) ? "Retain" : "Delete";
        var before = admin.resource(withPolicy(wanted, Optional.of(other))).create();
        return stateOf(admin.resource(withPolicy(before, policy(given))).update(), given);
    }

    private static Optional<String> policy(HasMetadata object) {
        return Optional.ofNullable(Yaml.tree(object).at("/spec/deletionPolicy").textValue());
    }

    private static HasMetadata withPolicy(HasMetadata object, Optional<String> policy) {
        var tree = Yaml.tree(object);
        var spec = tree.withObject("/spec");
        spec.remove("deletionPolicy");
        policy.ifPresent(value -> spec.put("deletionPolicy", value));
        return Yaml.model(tree);
    }

    /** Puts the objects that a plan finds there, in their order, and answers with them all. */
    Map<ObjectRef, HasMetadata> put(HasMetadata primary, World world) {
        var put = new ArrayList<>(List.of(primary));
        for (var given : world.others()) {
            var place = admin.resource(fresh(given));
            var made = stateOf(
                    world.isAsPlanned(given) ? place.fieldManager("nuages").serverSideApply() : place.create(), given);
            // Said is said: an Event is no object that changes, or that a cache holds.
            if (!(made instanceof Event)) {
                put.add(made);
            }
        }
        return byName(put);
    }

    private HasMetadata stateOf(HasMetadata made, HasMetadata given) {
        var status = Yaml.tree(given).get("status");
        var now = made;
        if (status != null) {
            var tree = Yaml.tree(made);
            tree.set("status", status);
            now = place(Yaml.model(tree)).updateStatus();
        }
        if (given.getMetadata().getDeletionTimestamp() != null) {
            place(now).delete();
            now = place(now).get();
        }
        return now;
    }

    private NamespaceableResource<HasMetadata> place(HasMetadata object) {
        return admin.resource(object);
    }

    /** Without what only the API server says. */
    private static HasMetadata fresh(HasMetadata given) {
        var tree = Yaml.tree(given);
        tree.remove("status");
        tree.withObject("/metadata")
                .remove(List.of("uid", "resourceVersion", "generation", "deletionTimestamp", "creationTimestamp"));
        return Yaml.model(tree);
    }
}
