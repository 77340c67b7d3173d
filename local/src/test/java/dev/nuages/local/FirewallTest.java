package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.local.Check.Finding;
import dev.nuages.local.Check.Fine;
import dev.nuages.local.Check.Notable;
import dev.nuages.local.Check.Wrong;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With what nft says; {@link NetworkTest} has an nft. */
class FirewallTest {
    private static final String DOCKERS_POLICY = chain("ip", "filter", "FORWARD", "forward", "drop");
    private static final String TO_DOCKER_USER = rule("ip", "filter", "FORWARD", "{'jump': {'target': 'DOCKER-USER'}}");
    private static final String FROM_BRIDGE =
            "{'match': {'op': '==', 'left': {'meta': {'key': 'iifname'}}, 'right': 'nuages0'}}";
    private static final String ACCEPT = "{'accept': null}";

    @Test
    void aMachineWithoutOneIsFine() throws IOException {
        assertThat(look()).isInstanceOf(Fine.class);
        assertThat(look(chain("ip", "filter", "FORWARD", "forward", "accept"))).isInstanceOf(Fine.class);
    }

    @Test
    @DisplayName("a chain that drops what goes through or comes in is named, with what to do")
    void drops() throws IOException {
        assertThat(look(DOCKERS_POLICY, TO_DOCKER_USER))
                .isInstanceOf(Wrong.class)
                .extracting(Finding::sentence)
                .asString()
                .contains("chain FORWARD of table ip filter", "nuages0", "docs/local-cluster.md");
        assertThat(look(chain("inet", "mine", "in", "input", "drop")).sentence())
                .contains("chain in of table inet mine");
    }

    @Test
    @DisplayName("a last rule for all that is left is as good as a policy; one with a condition is none")
    void lastRule() throws IOException {
        String chain = chain("inet", "firewalld", "filter_FORWARD", "forward", "accept");
        String some =
                rule("inet", "firewalld", "filter_FORWARD", FROM_BRIDGE.replace("nuages0", "eth0"), "{'drop': null}");
        String all = rule("inet", "firewalld", "filter_FORWARD", "{'counter': {}}", "{'reject': {'type': 'icmpx'}}");

        assertThat(look(chain, some)).isInstanceOf(Fine.class);
        assertThat(look(chain, some, all)).isInstanceOf(Wrong.class);
        assertThat(look(
                        chain("ip", "filter", "FORWARD", "forward", "accept"),
                        rule("ip", "filter", "FORWARD", "{'xt': {'type': 'target', 'name': 'REJECT'}}")))
                .isInstanceOf(Wrong.class);
    }

    @Test
    @DisplayName(
            "a rule that accepts what comes in by our bridge is enough, also in a chain that the dropping one leads to")
    void opened() throws IOException {
        assertThat(look(DOCKERS_POLICY, rule("ip", "filter", "FORWARD", FROM_BRIDGE, ACCEPT)))
                .isInstanceOf(Fine.class);
        assertThat(look(DOCKERS_POLICY, TO_DOCKER_USER, rule("ip", "filter", "DOCKER-USER", FROM_BRIDGE, ACCEPT)))
                .isInstanceOf(Fine.class);
        assertThat(look(DOCKERS_POLICY, rule("ip", "filter", "elsewhere", FROM_BRIDGE, ACCEPT)))
                .isInstanceOf(Wrong.class);
        assertThat(look(DOCKERS_POLICY, rule("ip", "filter", "FORWARD", FROM_BRIDGE, "{'drop': null}")))
                .isInstanceOf(Wrong.class);
    }

    @Test
    @DisplayName("chains of IPv6, of bridges and for what goes out matter to no pod")
    void others() throws IOException {
        assertThat(look(
                        chain("ip6", "filter", "FORWARD", "forward", "drop"),
                        chain("bridge", "filter", "FORWARD", "forward", "drop"),
                        chain("ip", "filter", "OUTPUT", "output", "drop")))
                .isInstanceOf(Fine.class);
    }

    @Test
    void withoutNftNothingIsLookedAt() throws InterruptedException {
        assertThat(Firewall.look("/var/empty")).isInstanceOf(Notable.class);
    }

    private static Finding look(String... items) throws IOException {
        return Firewall.look(NftRuleset.parse("{'nftables': [%s]}"
                .formatted(String.join(", ", List.of(items)))
                .replace('\'', '"')));
    }

    private static String chain(String family, String table, String name, String hook, String policy) {
        return "{'chain': {'family': '%s', 'table': '%s', 'name': '%s', 'type': 'filter', 'hook': '%s', 'policy': '%s'}}"
                .formatted(family, table, name, hook, policy);
    }

    private static String rule(String family, String table, String chain, String... parts) {
        return "{'rule': {'family': '%s', 'table': '%s', 'chain': '%s', 'expr': [%s]}}"
                .formatted(family, table, chain, String.join(", ", parts));
    }
}
