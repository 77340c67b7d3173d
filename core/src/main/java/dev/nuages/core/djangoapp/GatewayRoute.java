package dev.nuages.core.djangoapp;

import dev.nuages.api.GatewayChoice;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRuleBuilder;
import java.util.List;

/** The way from outside to the processes, through a Gateway of the Gateway API. */
final class GatewayRoute {
    private static final int PORT = 80;

    private GatewayRoute() {}

    static HTTPRoute of(Wish wish, GatewayChoice gateway, List<String> hosts, List<Route.Path> paths) {
        var names = wish.names();
        var metadata = Ownership.owned(wish.app(), names.app(), DjangoPod.selector(names, Web.COMPONENT));
        metadata.setAnnotations(wish.routeAnnotations());
        return new HTTPRouteBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .addNewParentRef()
                .withName(gateway.name())
                .withNamespace(gateway.namespace())
                .withSectionName(gateway.sectionName())
                .endParentRef()
                .withHostnames(hosts)
                .withRules(paths.stream().map(path -> rule(names, path)).toList())
                .endSpec()
                .build();
    }

    private static HTTPRouteRule rule(AppNames names, Route.Path path) {
        return new HTTPRouteRuleBuilder()
                .addNewMatch()
                .withNewPath()
                .withType("PathPrefix")
                .withValue(path.prefix())
                .endPath()
                .endMatch()
                .addNewBackendRef()
                .withName(names.component(path.component()))
                .withPort(PORT)
                .endBackendRef()
                .build();
    }
}
