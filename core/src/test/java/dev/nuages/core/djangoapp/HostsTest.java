package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whose a host is, of several applications that ask for it, through the plans alone. */
class HostsTest {
    private static final String YOUNG =
            WHOLE.replace("namespace: default", "namespace: default, creationTimestamp: '2026-01-01T00:00:00Z'");

    private final SiteInMemory site = new SiteInMemory();

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

    /** Another environment than ours, and where its hosts lead from. */
    private void environment(String name, String ingress) {
        site.cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata: {name: %s}
                spec: {postgres: {local: {}}, ingress: %s}
                """.formatted(name, ingress), DjangoEnvironment.class));
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
    @DisplayName("an application whose environment is gone keeps the hosts that lead to it")
    void withoutItsEnvironment() {
        site.ready(WHOLE);
        environment("other", "{}");
        another("shop", "2025-12-31T23:59:59Z", "other");
        assertThat(lostByShop()).containsExactly(Map.entry("www.mysite.localhost", "default/mysite"));
        site.cluster.delete(new ObjectRef(DjangoEnvironment.class, "", "default"));
        assertThat(lostByShop()).containsExactly(Map.entry("www.mysite.localhost", "default/mysite"));
        site.cluster.get(Ingress.class, "mysite").getSpec().setIngressClassName("ours");
        environment("other", "{className: others}");
        assertThat(lostByShop()).as("at another door").isEmpty();
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
        var elsewhere = Serialization.clone(site.cluster.get(Ingress.class, "mysite"));
        elsewhere.getSpec().getRules().getFirst().setHost(null);
        site.cluster.put(elsewhere);
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
        environment("inside", "{className: inside}");
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
        environment("named", "{className: traefik}");
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
        environment("secure", "{gateway: {name: public, sectionName: https}}");
        another("shop", "2025-12-31T23:59:59Z", "secure");
        site.app(YOUNG);
        assertThat(lostByUs()).containsOnlyKeys("www.mysite.localhost");
        site.environment("{local: {}}", "ingress: {gateway: {name: public, sectionName: http}}");
        assertThat(lostByUs()).as("at the Gateway of another namespace").isEmpty();
    }
}
