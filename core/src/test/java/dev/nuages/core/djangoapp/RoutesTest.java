package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.core.Conditions;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.Serialization;
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
                .extracting(rule -> rule.getMatches().getFirst().getPath().getValue() + " "
                        + rule.getBackendRefs().getFirst().getName())
                .startsWith("/ws/admin mysite-websockets")
                .endsWith("/ mysite-web");
        assertThat(site.status().url()).isEqualTo("https://mysite.localhost");
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
