package dev.nuages.core.djangoapp;

import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;

/** The way from outside to the web processes. */
final class Route {
    private Route() {}

    static Ingress ingress(Wish wish, String host) {
        var names = AppNames.of(wish.app());
        var metadata = Ownership.owned(wish.app(), names.app(), Web.labels(names));
        metadata.setAnnotations(wish.ingress().annotations());
        return new IngressBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withIngressClassName(wish.ingress().className())
                .addNewRule()
                .withHost(host)
                .withNewHttp()
                .addNewPath()
                .withPath("/")
                .withPathType("Prefix")
                .withNewBackend()
                .withNewService()
                .withName(names.web())
                .withNewPort()
                .withName("http")
                .endPort()
                .endService()
                .endBackend()
                .endPath()
                .endHttp()
                .endRule()
                .endSpec()
                .build();
    }
}
