package dev.nuages.operator;

import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects of a namespace that were made for the application or for what it asked for. */
record Made(KubernetesClient admin, String namespace, List<Class<? extends HasMetadata>> kinds) {
    /** With those of more kinds. */
    Made with(List<Class<? extends HasMetadata>> more) {
        return new Made(
                admin, namespace, Stream.concat(kinds.stream(), more.stream()).toList());
    }

    /** All that was made for the application or for what it asked for; not what was done once. */
    Stream<HasMetadata> objects() {
        return everything().filter(Made::isMade).toList().stream();
    }

    /** Those of one API group, which are few among many. */
    Stream<HasMetadata> ofGroup(String group) {
        var some = kinds.stream()
                .filter(type -> HasMetadata.getGroup(type).equals(group))
                .toList();
        return new Made(admin, namespace, some).objects();
    }

    Set<String> names() {
        var names = new TreeSet<String>();
        objects().map(Made::name).forEach(names::add);
        return names;
    }

    /** Of all that there is, by kind and name: what is made again has another. */
    Map<String, String> uids() {
        var uids = new TreeMap<String, String>();
        objects().forEach(object -> uids.put(name(object), object.getMetadata().getUid()));
        return uids;
    }

    boolean isWithoutOrphans() {
        var all = everything().toList();
        var uids = all.stream().map(object -> object.getMetadata().getUid()).collect(Collectors.toSet());
        return all.stream()
                .filter(Made::isMade)
                .flatMap(object -> object.getMetadata().getOwnerReferences().stream())
                .allMatch(owner -> uids.contains(owner.getUid()));
    }

    Resource<? extends HasMetadata> place(HasMetadata object) {
        return admin.resources(object.getClass())
                .inNamespace(namespace)
                .withName(object.getMetadata().getName());
    }

    /** What the object was made for. */
    Resource<? extends HasMetadata> owner(HasMetadata object) {
        var type = kinds.stream()
                .filter(kind -> HasMetadata.getKind(kind).equals(ownerKind(object)))
                .findFirst()
                .orElseThrow();
        return admin.resources(type)
                .inNamespace(namespace)
                .withName(object.getMetadata().getLabels().get(Ownership.OWNER_NAME_LABEL));
    }

    static String ownerKind(HasMetadata object) {
        return Objects.requireNonNull(object.getMetadata().getLabels().get(Ownership.OWNER_KIND_LABEL));
    }

    static String name(HasMetadata object) {
        return object.getKind() + "/" + object.getMetadata().getName();
    }

    private static boolean isMade(HasMetadata object) {
        return object.getMetadata().getLabels() != null
                && object.getMetadata().getLabels().containsKey(Ownership.OWNER_KIND_LABEL)
                && !(object instanceof Job);
    }

    private Stream<HasMetadata> everything() {
        return kinds.stream().flatMap(type -> admin.resources(type).inNamespace(namespace).list().getItems().stream());
    }
}
