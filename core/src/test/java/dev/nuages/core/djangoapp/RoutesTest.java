package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
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
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which way leads to which process, through the plans alone. */
class RoutesTest {
    private static final String YOUNG =
            WHOLE.replace("namespace: default", "namespace: default, creationTimestamp: '2026-01-01T00:00:00Z'");

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
    @DisplayName("the host before leads to the site until the processes that know the next one have taken over")
    void anotherHost() {
        site.ready(WHOLE);
        site.change(WHOLE.replace("\"1.0\"", "\"1.1\"")
                .replace("host: mysite.localhost", "host: new.localhost")
                .replace("  aliases: [www.mysite.localhost]\n", ""));
        another("shop", "2025-12-31T23:59:59Z", "default");
        site.settle();
        site.jobEnds("Failed");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(hosts()).containsExactly("mysite.localhost", "www.mysite.localhost");
        assertThat(askedAs()).isEqualTo("mysite.localhost");
        assertThat(site.status().url()).isEqualTo("http://mysite.localhost");
        assertThat(lostByShop()).containsExactly(Map.entry("www.mysite.localhost", "default/mysite"));
        site.retry("1");
        site.migrated();
        site.rolledOut("mysite-static");
        site.settle();
        assertThat(askedAs()).isEqualTo("new.localhost");
        assertThat(hosts()).containsExactly("new.localhost", "mysite.localhost", "www.mysite.localhost");
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        assertThat(hosts()).containsExactly("new.localhost");
        assertThat(site.status().url()).isEqualTo("http://new.localhost");
        assertThat(lostByShop()).isEmpty();
    }

    private String askedAs() {
        return SiteInMemory.first(site.pod("mysite-web"))
                .getReadinessProbe()
                .getHttpGet()
                .getHttpHeaders()
                .getFirst()
                .getValue();
    }

    /** One that asks for the second host of ours. */
    private void another(String name, String created, String environment) {
        site.cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: %s, namespace: shops, creationTimestamp: "%s"}
                spec:
                  environment: %s
                  image: shop
                  version: "7"
                  settings: shop.settings
                  host: www.mysite.localhost
                """.formatted(name, created, environment), DjangoApp.class));
    }

    private Map<String, String> lostByShop() {
        return lostBy("shops", "shop");
    }

    private Map<String, String> lostByUs() {
        return lostBy("default", "mysite");
    }

    private Map<String, String> lostBy(String namespace, String name) {
        return site.cluster
                .find(DjangoApp.class, namespace, name)
                .map(app -> site.kind.observe(app, site.cluster))
                .orElseThrow()
                .lostHosts();
    }

    private List<String> hosts() {
        return site.cluster.get(Ingress.class, "mysite").getSpec().getRules().stream()
                .map(rule -> rule.getHost())
                .toList();
    }

    @Test
    @DisplayName("a host that an older application asks for is not taken from it; when it is free, it leads here")
    void theHostOfAnOlderOne() {
        another("shop", "2025-12-31T23:59:59Z", "default");
        site.app(YOUNG);
        site.settle();
        site.needsReady();
        site.migrated();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(site.message())
                .isEqualTo(
                        "host www.mysite.localhost leads to DjangoApp shops/shop, which had it first: take it out there"
                                + " and let that be deployed, or ask for another in spec.host or spec.aliases");
        assertThat(hosts()).containsExactly("mysite.localhost");
        assertThat(site.status().url()).isEqualTo("http://mysite.localhost");
        site.change(YOUNG + "  stopped: true\n");
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Stopped);
        site.change(YOUNG);
        site.settle();
        site.needsReady();
        site.settle();
        site.rolledOut();
        site.cluster.delete(new ObjectRef(DjangoApp.class, "shops", "shop"));
        site.settle();
        site.superuserMade();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        assertThat(hosts()).containsExactly("mysite.localhost", "www.mysite.localhost");
    }

    @Test
    @DisplayName("one whose route leads there already keeps a host, though an older one asks for it now")
    void theHostOfOneThatServes() {
        site.ready(WHOLE);
        another("shop", "2025-12-31T23:59:59Z", "default");
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        assertThat(hosts()).containsExactly("mysite.localhost", "www.mysite.localhost");
        assertThat(lostByShop()).containsExactly(Map.entry("www.mysite.localhost", "default/mysite"));
        site.cluster
                .get(Ingress.class, "mysite")
                .getSpec()
                .getRules()
                .getFirst()
                .setHost(null);
        site.settle();
        assertThat(hosts()).as("after somebody made it lead everywhere").contains("mysite.localhost");
    }

    @Test
    @DisplayName("without a host of its own an application has no route, and says no address")
    void everyHostIsAnothers() {
        another("shop", "2025-12-31T23:59:59Z", "default");
        site.app(YOUNG.replace(
                "  host: mysite.localhost\n  aliases: [www.mysite.localhost]\n", "  host: www.mysite.localhost\n"));
        site.settle();
        site.needsReady();
        site.migrated();
        site.rolledOut();
        site.settle();
        assertThat(site.names(Deployment.class)).contains("mysite-web");
        assertThat(site.names(Ingress.class)).isEmpty();
        assertThat(site.status().url()).isNull();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
    }

    @Test
    @DisplayName(
            "at another ingress controller the same host is another one's without harm, and one that goes has none")
    void theSameHostAtAnotherDoor() {
        site.environment("{local: {}}", "ingress: {className: outside}");
        site.cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: inside}
                spec: {postgres: {local: {}}, ingress: {className: inside}}
                """, DjangoEnvironment.class));
        another("shop", "2025-12-31T23:59:59Z", "inside");
        another("going", "2025-12-31T23:59:59Z", "default");
        site.cluster
                .find(DjangoApp.class, "shops", "going")
                .orElseThrow()
                .getMetadata()
                .setDeletionTimestamp("2026-01-01T00:00:00Z");
        site.ready(WHOLE);
        assertThat(hosts()).containsExactly("mysite.localhost", "www.mysite.localhost");
        assertThat(lostByShop()).isEmpty();
    }

    @Test
    @DisplayName("a class that nobody named may be any, until the API server has written into the Ingress which it is")
    void theDefaultClassMeetsTheNamed() {
        site.cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: named}
                spec: {postgres: {local: {}}, ingress: {className: traefik}}
                """, DjangoEnvironment.class));
        another("shop", "2025-12-31T23:59:59Z", "named");
        site.app(YOUNG);
        site.settle();
        site.needsReady();
        site.migrated();
        site.rolledOut();
        site.settle();
        assertThat(hosts()).containsExactly("mysite.localhost");
        assertThat(site.message()).startsWith("host www.mysite.localhost leads to DjangoApp shops/shop");
        var ingress = site.cluster.get(Ingress.class, "mysite").getSpec();
        ingress.setIngressClassName("traefik");
        assertThat(lostByUs()).containsOnlyKeys("www.mysite.localhost");
        ingress.setIngressClassName("inside");
        assertThat(lostByUs()).isEmpty();
    }

    @Test
    @DisplayName("a Gateway is one door, whichever of its listeners and however its namespace is named")
    void oneGateway() {
        site.environment("{local: {}}", "ingress: {gateway: {name: public, namespace: shops, sectionName: http}}");
        site.cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: secure}
                spec: {postgres: {local: {}}, ingress: {gateway: {name: public, sectionName: https}}}
                """, DjangoEnvironment.class));
        another("shop", "2025-12-31T23:59:59Z", "secure");
        site.app(YOUNG);
        assertThat(lostByUs()).containsOnlyKeys("www.mysite.localhost");
        site.environment("{local: {}}", "ingress: {gateway: {name: public, sectionName: http}}");
        assertThat(lostByUs()).as("at the Gateway of another namespace").isEmpty();
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
