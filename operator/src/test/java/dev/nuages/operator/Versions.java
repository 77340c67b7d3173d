package dev.nuages.operator;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The resource version of every object of a namespace, whatever its kind, Events too. */
final class Versions {
    private Versions() {}

    /** By kind and name. */
    static Map<String, String> in(KubernetesClient admin, String namespace) {
        var versions = new TreeMap<String, String>();
        groups(admin)
                .forEach(group -> admin.getApiResources(group).getResources().stream()
                        .filter(Versions::isListed)
                        .forEach(type -> admin.genericKubernetesResources(group, type.getKind())
                                .inNamespace(namespace)
                                .list()
                                .getItems()
                                .forEach(object -> versions.put(
                                        object.getKind() + "/"
                                                + object.getMetadata().getName(),
                                        object.getMetadata().getResourceVersion()))));
        return versions;
    }

    private static Stream<String> groups(KubernetesClient admin) {
        return Stream.concat(
                Stream.of("v1"),
                admin.getApiGroups().getGroups().stream()
                        .map(group -> group.getPreferredVersion())
                        .map(GroupVersionForDiscovery::getGroupVersion));
    }

    private static boolean isListed(APIResource type) {
        return type.getNamespaced()
                && !type.getName().contains("/")
                && type.getVerbs().contains("list");
    }
}
