package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That the pages of every version find their static files, through the plans alone. */
class StaticFilesTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName("static files that a running site is given later do not take it back to the version before")
    void staticFilesLater() {
        var without = WHOLE.replace("staticFiles: {root: /app/static}", "");
        site.ready(without);
        site.change(without.replace("version: \"1.0\"", "version: \"1.1\""));
        site.settle();
        site.migrated();
        site.rolledOut();
        site.settle();
        assertThat(site.image("mysite-web")).endsWith(":1.1");

        site.change(WHOLE.replace("version: \"1.0\"", "version: \"1.1\""));
        site.settle();

        assertThat(site.image("mysite-web")).endsWith(":1.1");
        assertThat(site.image("mysite-static")).isNotEmpty();
    }

    @Test
    @DisplayName("a release whose static files never came is not gone through on the way to the next one")
    void fixForward() {
        var version = WHOLE.replace("1.0", "%s");
        site.ready(WHOLE);
        var mark = site.webMark();
        site.change(version.formatted("1.1") + "  config: {COLOUR: blue}\n");
        site.settle();
        site.migrated();
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.1");
        assertThat(site.image("mysite-web")).as("1.1's files hang").endsWith(":1.0");
        assertThat(site.webMark()).as("what 1.0 reads").isEqualTo(mark);

        site.change(version.formatted("1.2") + "  config: {COLOUR: blue}\n");
        site.settle();
        site.migrated();
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.2");
        assertThat(site.image("mysite-web")).endsWith(":1.0");
        site.rolledOut();
        site.settle();
        assertThat(site.image("mysite-web")).endsWith(":1.2");
        assertThat(site.webMark()).isNotEqualTo(mark);
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.2");
    }

    @Test
    @DisplayName("while the web pods of a version do not come, the next one serves what those before it still ask for")
    void fixForwardWhereProcessesDoNotCome() {
        var version = WHOLE.replace("1.0", "%s");
        site.ready(WHOLE);
        for (var crashing : List.of("1.1", "1.2")) {
            site.change(version.formatted(crashing));
            site.settle();
            site.migrated();
            site.rolledOut("mysite-static");
            site.settle();
            assertThat(site.image("mysite-web")).endsWith(":" + crashing);
        }
        assertThat(site.images("mysite-static"))
                .as("1.0's pods are all that answer")
                .containsExactly("mysite:1.0", "mysite:1.1", "mysite:1.2");

        site.change(version.formatted("1.3"));
        site.settle();
        site.migrated();
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.2", "mysite:1.3");
        site.rolledOut();
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
        assertThat(site.images("mysite-static"))
                .as("pages of 1.0 are still open in browsers")
                .containsExactly("mysite:1.0", "mysite:1.2", "mysite:1.3");

        site.change(version.formatted("1.4"));
        site.settle();
        site.migrated();
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.3", "mysite:1.4");
    }

    @Test
    @DisplayName("static files that no pod serves, for the application is stopped, are not recorded as served")
    void stoppedAmidADeploy() {
        var next = WHOLE.replace("1.0", "1.1");
        site.ready(WHOLE);
        site.change(next);
        site.settle();
        site.migrated();
        site.change(next + "  stopped: true\n");
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Stopped);
        site.change(next);
        site.settle();
        assertThat(site.image("mysite-web")).endsWith(":1.0");
        site.rolledOut();
        site.settle();
        assertThat(site.image("mysite-web")).endsWith(":1.1");
    }

    @Test
    @DisplayName("static files of the new version are served, beside the old one's, before its processes start")
    void staticFilesFirst() {
        site.ready(WHOLE);
        site.change(WHOLE.replace("version: \"1.0\"", "version: \"1.1\""));
        site.migrated();
        assertThat(site.status().phase()).isEqualTo(Phase.Deploying);
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.1");
        assertThat(site.image("mysite-web")).isEqualTo("mysite:1.0");
        assertThat(site.image("mysite-celery-slow")).isEqualTo("mysite:1.0");
        site.rolledOut("mysite-static");
        site.settle();
        assertThat(site.image("mysite-web")).isEqualTo("mysite:1.1");
        assertThat(site.image("mysite-celery-slow")).isEqualTo("mysite:1.1");
        site.cluster.get(Deployment.class, "mysite-static").getStatus().setAvailableReplicas(0);
        site.settle();
        assertThat(site.image("mysite-web"))
                .as("after a pod with static files is lost")
                .isEqualTo("mysite:1.1");
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.1");
    }

    @Test
    @DisplayName("where static files are asked for elsewhere, both addresses lead to them before the processes follow")
    void anotherAddress() {
        site.ready(WHOLE);
        var elsewhere = WHOLE.replace("root: /app/static", "root: /app/static, path: /assets");
        site.change(elsewhere);
        site.settle();
        assertThat(caddyfile()).contains("handle_path /static/*", "handle_path /assets/*");
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0");
        assertThat(prefixes())
                .as("no page asks for the new one")
                .contains("/static")
                .doesNotContain("/assets");
        var mark = site.webMark();
        site.rolledOut("mysite-static");
        site.settle();
        assertThat(site.webMark()).as("what web reads: STATIC_URL").isNotEqualTo(mark);
        assertThat(prefixes()).contains("/static", "/assets");
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Ready);
        assertThat(prefixes()).as("for pages that are still open").contains("/static", "/assets");

        site.change(elsewhere.replace("1.0", "1.1"));
        site.migrated();
        site.rolledOut("mysite-static");
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.images("mysite-static")).containsExactly("mysite:1.0", "mysite:1.1");
        assertThat(prefixes()).contains("/assets").doesNotContain("/static");
        site.change(WHOLE.replace("1.0", "1.2"));
        site.migrated();
        site.rolledOut("mysite-static");
        site.settle();
        assertThat(caddyfile()).contains("handle_path /static/*", "handle_path /assets/*");
        assertThat(prefixes()).contains("/static", "/assets");
    }

    @Test
    @DisplayName("the address of the version before is not kept from a process that asks for it now")
    void addressTaken() {
        site.ready(WHOLE);
        site.change(WHOLE.replace("1.0", "1.1")
                .replace("root: /app/static", "root: /app/static, path: /assets")
                .replace("paths: [/ws, /ws/admin]", "paths: [/static]"));
        site.migrated();
        site.rolledOut("mysite-static");
        site.settle();
        assertThat(site.services().get(prefixes().indexOf("/static"))).isEqualTo("mysite-websockets");
    }

    private String caddyfile() {
        return String.valueOf(
                site.cluster.get(ConfigMap.class, "mysite-static").getData().get("Caddyfile"));
    }

    private List<String> prefixes() {
        return site.cluster.get(Ingress.class, "mysite").getSpec().getRules().getFirst().getHttp().getPaths().stream()
                .map(path -> path.getPath())
                .toList();
    }
}
