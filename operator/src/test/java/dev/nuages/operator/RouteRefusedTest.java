package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import dev.nuages.core.scenario.Yaml;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a Gateway says in a route's status is heard at once: a site that is Ready is asked every five minutes only. */
@Tag("control-plane")
@ResourceLock(OptionalDefinitions.LOCK)
class RouteRefusedTest {
    private static final String NAMESPACE = "route-refused";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void a_site_whose_route_is_refused_is_not_ready_until_the_gateway_takes_it() throws Exception {
        cluster.admin().resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: route-refused}
                spec: {postgres: {local: {}}, ingress: {gateway: {name: front}}}
                """).create();
        var cast = new Cast(cluster.admin(), cluster.postgres());
        var app = LiveApp.create(cluster, NAMESPACE, "environment: route-refused");
        try (var _ = OptionalDefinitions.installed(cluster.admin());
                var client = cluster.operator();
                var _ = app.startOperator(client, cast);
                var _ = cast.playOn(NAMESPACE)) {
            app.await(Phase.Ready);
            gatewaySays("False");
            app.await(Phase.Deploying);
            assertThat(Conditions.find(app.resource().get().getStatus().conditions(), "Serving"))
                    .hasValueSatisfying(
                            serving -> assertThat(serving.getMessage()).contains("no listener lets it in"));
            gatewaySays("True");
            app.await(Phase.Ready);
        }
    }

    private static void gatewaySays(String accepted) {
        var route = cluster.admin()
                .resources(HTTPRoute.class)
                .inNamespace(NAMESPACE)
                .withName("mysite")
                .get();
        var status = Yaml.document("""
                status:
                  parents:
                  - parentRef: {group: gateway.networking.k8s.io, kind: Gateway, name: front}
                    controllerName: example.org/gateway
                    conditions:
                    - type: Accepted
                      status: "%s"
                      reason: NotAllowedByListeners
                      message: no listener lets it in
                      observedGeneration: %d
                      lastTransitionTime: "2026-01-01T00:00:00Z"
                """.formatted(accepted, route.getMetadata().getGeneration()));
        cluster.admin()
                .resource(route)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), status.toString());
    }
}
