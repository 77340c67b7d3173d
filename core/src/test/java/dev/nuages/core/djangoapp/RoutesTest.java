package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.core.Conditions;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatusBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which way leads to which process, through the plans alone. */
class RoutesTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName("the longest URL prefix comes first, on every host")
    void routes() {
        site.ready(WHOLE);
        var rules = site.cluster.get(Ingress.class, "mysite").getSpec().getRules();
        assertThat(rules)
                .extracting(rule -> rule.getHost())
                .containsExactly("mysite.localhost", "www.mysite.localhost");
        assertThat(rules.getFirst().getHttp().getPaths())
                .extracting(path ->
                        path.getPath() + " " + path.getBackend().getService().getName())
                .containsExactly(
                        "/ws/admin mysite-websockets",
                        "/static mysite-static",
                        "/media mysite-static",
                        "/ws mysite-websockets",
                        "/ mysite-web");
    }

    @Test
    @DisplayName(
            "through a Gateway the same prefixes lead to the same processes; where there is no Gateway API, it is said")
    void gateway() {
        site.cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: default}
                spec:
                  postgres: {local: {}}
                  redis: {local: {}}
                  rabbitmq: {local: {}}
                  ingress: {scheme: https, gateway: {name: public, namespace: gateways}}
                """, DjangoEnvironment.class));
        site.cluster.lacks(HTTPRoute.class);
        site.ready(WHOLE);
        assertThat(site.names(Ingress.class)).isEmpty();
        assertThat(site.problems()).contains("has no HTTPRoute: install the Gateway API");
        site.cluster.has(HTTPRoute.class);
        site.settle();
        var route = site.cluster.get(HTTPRoute.class, "mysite").getSpec();
        assertThat(route.getHostnames()).containsExactly("mysite.localhost", "www.mysite.localhost");
        assertThat(route.getParentRefs().getFirst().getNamespace()).isEqualTo("gateways");
        assertThat(route.getRules())
                .extracting(rule ->
                        prefixes(rule) + " " + rule.getBackendRefs().getFirst().getName())
                .containsExactly(
                        "[/ws/admin, /ws] mysite-websockets", "[/static, /media] mysite-static", "[/] mysite-web");
        assertThat(site.status().url()).isEqualTo("https://mysite.localhost");
        site.environment("{local: {}}", "ingress: {gateway: {name: public}}");
        site.change(WHOLE + "  tls: {secretName: certificate}\n");
        site.settle();
        assertThat(site.status().url()).isEqualTo("http://mysite.localhost");
        assertThat(site.problems()).startsWith("tls is not used, for DjangoEnvironment default names a Gateway");
    }

    @Test
    @DisplayName("an Ingress that leads to the site goes only when HTTPRoutes can take its place")
    void ingressStaysWithoutGatewayApi() {
        site.ready(WHOLE);
        site.cluster.lacks(HTTPRoute.class);
        site.environment("{local: {}}", "ingress: {gateway: {name: public}}");
        site.settle();
        assertThat(site.names(Ingress.class)).containsExactly("mysite");
        assertThat(site.problems()).startsWith("its Ingress stays as it is, for DjangoEnvironment default names a");
        site.cluster.has(HTTPRoute.class);
        site.settle();
        assertThat(site.names(HTTPRoute.class)).containsExactly("mysite");
        assertThat(site.names(Ingress.class)).isEmpty();
    }

    private static List<String> prefixes(HTTPRouteRule rule) {
        return rule.getMatches().stream()
                .map(match -> match.getPath().getValue())
                .toList();
    }

    @Test
    @DisplayName(
            "no HTTPRoute has more hosts, rules or matches than it may, amid a change of hosts either, where each stays led")
    void manyHostsAndPaths() {
        site.environment("{local: {}}", "ingress: {gateway: {name: public}}");
        var many = WHOLE.replace("[/ws, /ws/admin]", numbered("/ws", 16));
        site.ready(many.replace("[www.mysite.localhost]", numbered("old", 32)));
        assertThat(routed()).hasSize(33).startsWith("mysite.localhost");
        site.change(many.replace("\"1.0\"", "\"1.1\"")
                .replace("host: mysite.localhost", "host: new.localhost")
                .replace("[www.mysite.localhost]", numbered("new", 32)));
        site.settle();
        site.migrated();
        site.rolledOut("mysite-static");
        var before = site.cluster.get(HTTPRoute.class, "mysite").getSpec().getHostnames();
        site.settle();
        assertThat(routed()).hasSize(66);
        assertThat(site.status().url()).isEqualTo("http://new.localhost");
        assertThat(site.cluster.get(HTTPRoute.class, "mysite").getSpec().getHostnames())
                .as("a host that moves is in none for a moment")
                .isEqualTo(before);
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        assertThat(routed()).hasSize(33).contains("new.localhost").noneMatch(host -> host.startsWith("old"));
        assertThat(site.plan().effects()).isEmpty();
        site.change(many.replace("\"1.0\"", "\"1.1\"").replace("  aliases: [www.mysite.localhost]\n", ""));
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(routed()).containsExactly("mysite.localhost");
        assertThat(site.names(HTTPRoute.class)).hasSize(1);
    }

    private static String numbered(String name, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> name + number)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** All hosts of the HTTPRoutes, each of which an API server would take. */
    private List<String> routed() {
        var routes = site.cluster.objects().stream()
                .flatMap(object -> object instanceof HTTPRoute route ? Stream.of(route.getSpec()) : Stream.of())
                .toList();
        assertThat(routes).allSatisfy(route -> {
            assertThat(route.getHostnames()).hasSizeBetween(1, 16);
            assertThat(route.getRules())
                    .hasSizeBetween(1, 16)
                    .allSatisfy(rule -> assertThat(rule.getMatches()).hasSizeBetween(1, 8));
            assertThat(route.getRules().stream().flatMap(rule -> prefixes(rule).stream()))
                    .hasSize(19)
                    .doesNotHaveDuplicates();
        });
        return routes.stream().flatMap(route -> route.getHostnames().stream()).toList();
    }

    @Test
    @DisplayName("a site with TLS may have its address at another port")
    void tlsPort() {
        site.environment("{local: {}}", "ingress: {port: 8080, tlsPort: 8443}");
        site.ready(WHOLE);
        assertThat(site.status().url()).isEqualTo("http://mysite.localhost:8080");
        site.change(WHOLE + "  tls: {secretName: certificate}\n");
        site.settle();
        assertThat(site.status().url()).isEqualTo("https://mysite.localhost:8443");
    }

    @Test
    @DisplayName("of several that ask for one path the first has it, and that is said")
    void onePathForSeveral() {
        site.ready(WHOLE.replace("paths: [/ws, /ws/admin]", "paths: [/static/, /ws]")
                .replace("media: {volume: {size: 1Gi}}", "media: {path: /static, volume: {size: 1Gi}}"));
        assertThat(site.problems())
                .isEqualTo("path /static is asked for by websockets and staticFiles and media: it leads to websockets"
                        + " alone");
        assertThat(site.cluster
                        .get(Ingress.class, "mysite")
                        .getSpec()
                        .getRules()
                        .getFirst()
                        .getHttp()
                        .getPaths())
                .extracting(path ->
                        path.getPath() + " " + path.getBackend().getService().getName())
                .containsExactly("/static/ mysite-websockets", "/ws mysite-websockets", "/ mysite-web");
    }

    @Test
    @DisplayName("in maintenance every host leads to the page, once that answers; the processes run on")
    void maintenance() {
        site.ready(WHOLE);
        site.change(WHOLE + "  maintenance: true\n");
        site.settle();
        assertThat(site.services()).contains("mysite-web");
        site.rolledOut("mysite-maintenance");
        site.settle();
        assertThat(site.services()).containsExactly("mysite-maintenance", "mysite-maintenance");
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        site.change(WHOLE);
        site.settle();
        assertThat(site.services()).contains("mysite-web").doesNotContain("mysite-maintenance");
        assertThat(site.names(Deployment.class)).contains("mysite-web").doesNotContain("mysite-maintenance");
    }

    @Test
    @DisplayName("Ready means that the site answers; what it said instead is in condition Serving")
    void serving() {
        site.ready(WHOLE);
        site.answer = new SiteAnswer(false, "GET /healthz of Service mysite-web answered 500");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Deploying);
        assertThat(Conditions.find(site.status().conditions(), "Serving")
                        .orElseThrow()
                        .getMessage())
                .contains("answered 500");
    }

    @Test
    @DisplayName("a site whose route its Gateway refuses, as it now is, does not serve; the Gateway's words are told")
    void refusedByItsGateway() {
        site.environment("{local: {}}", "ingress: {gateway: {name: public, namespace: gateways}}");
        site.ready(WHOLE);
        gatewaySays("gateways", "Accepted", "False", 1L);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Deploying);
        assertThat(site.message())
                .isEqualTo("Gateway/public says of HTTPRoute/mysite: no listener lets it in (Accepted is False, Why)");
        assertThat(Conditions.find(site.status().conditions(), "Serving")).hasValueSatisfying(serving -> {
            assertThat(serving.getStatus()).isEqualTo("False");
            assertThat(serving.getReason()).isEqualTo("RouteRefused");
            assertThat(serving.getMessage()).isEqualTo(site.message());
        });
        gatewaySays("gateways", "Accepted", "True", 1L);
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        gatewaySays("gateways", "Accepted", "False", 0L);
        site.settle();
        assertThat(site.status().phase()).as("of the route as it was before").isEqualTo(Phase.Ready);
        gatewaySays("default", "Accepted", "False", 1L);
        site.settle();
        assertThat(site.status().phase()).as("by another Gateway").isEqualTo(Phase.Ready);
        gatewaySays("gateways", "ResolvedRefs", "False", 1L);
        site.settle();
        assertThat(site.message()).endsWith("(ResolvedRefs is False, Why)");
    }

    private void gatewaySays(String namespace, String type, String status, Long generation) {
        site.cluster
                .get(HTTPRoute.class, "mysite")
                .setStatus(new HTTPRouteStatusBuilder()
                        .addNewParent()
                        .withNewParentRef()
                        .withName("public")
                        .withNamespace(namespace)
                        .endParentRef()
                        .withControllerName("example.org/gateway")
                        .withConditions(new ConditionBuilder()
                                .withType(type)
                                .withStatus(status)
                                .withReason("Why")
                                .withMessage("no listener lets it in")
                                .withObservedGeneration(generation)
                                .build())
                        .endParent()
                        .build());
    }

    @Test
    @DisplayName("the site is asked as the pods are that serve: those of another health path come first to be ready")
    void servingByTheFormerPods() {
        site.ready(WHOLE);
        var template =
                site.cluster.get(Deployment.class, "mysite-web").getSpec().getTemplate();
        site.cluster.put(new PodBuilder()
                .withNewMetadataLike(template.getMetadata())
                .withName("mysite-web-former")
                .withNamespace("default")
                .endMetadata()
                .withSpec(template.getSpec())
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {replicas: 2, healthPath: /elsewhere}"));
        site.settle();
        site.rolledOut("mysite-web");
        site.askedPath = "";
        site.settle();
        assertThat(site.askedPath).isEqualTo("/healthz");
        site.cluster.delete(ObjectRef.of(site.cluster.get(Pod.class, "mysite-web-former")));
        site.settle();
        assertThat(site.askedPath).isEqualTo("/elsewhere");
    }
}
