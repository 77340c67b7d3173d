package dev.nuages.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nuages.local.Check.Finding;
import dev.nuages.local.Check.Fine;
import dev.nuages.local.Check.Notable;
import dev.nuages.local.Check.Wrong;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a firewall of this machine, as Docker, ufw and firewalld make one, keeps from the pods. A packet must pass every
 * chain of its hook: rules of ours for the bridge are only of use in those very chains that drop what they do not know.
 */
final class Firewall {
    /** On our rules, by which they are found again. */
    private static final String MARK = "nuages";

    private Firewall() {}

    /** A chain that sees packets by itself. */
    record Chain(String family, String table, String name, Hook hook) {
        /** A table of iptables', which takes one for broken that has a rule as it would not write itself. */
        private boolean isOfIptables() {
            return family.equals("ip") && table.equals("filter") && name.equals(hook.name());
        }

        @Override
        public String toString() {
            return "chain %s of table %s %s".formatted(name, family, table);
        }
    }

    /** Where packets are seen. */
    enum Hook {
        INPUT,
        FORWARD
    }

    /** What must pass. The rule for what comes in by the bridge is made last, and so tells that all are there. */
    private static List<Rule> needed(Hook hook) {
        return switch (hook) {
            case INPUT ->
                List.of(new Rule(
                        "iifname %s tcp dport { 6443, 10250 }", "-i %s -p tcp -m multiport --dports 6443,10250"));
            case FORWARD ->
                List.of(
                        new Rule(
                                "oifname %s ct state established,related",
                                "-o %s -m conntrack --ctstate ESTABLISHED,RELATED"),
                        new Rule("iifname %s", "-i %s"));
        };
    }

    /** What is accepted, in the words of nft and of iptables. */
    private record Rule(String nft, String iptables) {
        List<String> insert(Chain chain) {
            return chain.isOfIptables() ? iptables("-I", chain) : nft(chain);
        }

        private List<String> nft(Chain chain) {
            return words("nft insert rule %s %s %s %s accept comment %s"
                    .formatted(chain.family, chain.table, chain.name, nft.formatted(Network.BRIDGE), MARK));
        }

        List<String> iptables(String action, Chain chain) {
            return words("iptables-nft -w %s %s %s -m comment --comment %s -j ACCEPT"
                    .formatted(action, chain.name, iptables.formatted(Network.BRIDGE), MARK));
        }
    }

    private static List<String> words(String command) {
        return List.of(command.split(" "));
    }

    /** @param path where programs are looked for */
    static Finding look(String path) throws InterruptedException {
        if (!Command.isThere("nft", path)) {
            return new Notable("Not looked at: there is no nft yet.");
        }
        try {
            return look(ruleset());
        } catch (IOException e) {
            return new Notable("Not looked at: " + e.getMessage() + ".");
        }
    }

    static Finding look(NftRuleset ruleset) {
        List<Chain> closed = ruleset.closedTo(Network.BRIDGE);
        return closed.isEmpty()
                ? new Fine("It lets the pods through.")
                : new Wrong(
                        "It drops what the pods send, who would reach no Service and not the API server: accept in %s what comes in by %s and the answers to it (docs/local-cluster.md says how with Docker, ufw and firewalld)."
                                .formatted(
                                        closed.stream().map(Chain::toString).collect(Collectors.joining(" and ")),
                                        Network.BRIDGE));
    }

    /** Lets the pods through where they are not, by rules that {@link #forget} takes away. */
    static void open() throws IOException, InterruptedException {
        for (Chain chain : ruleset().closedTo(Network.BRIDGE)) {
            for (Rule rule : needed(chain.hook)) {
                // In a table that is its owner's alone none can be made: who looks afterwards says what to do.
                if (!succeeds(rule.insert(chain))) {
                    break;
                }
            }
        }
    }

    /** Takes our rules away. */
    static void forget() throws IOException, InterruptedException {
        NftRuleset ruleset = ruleset();
        for (JsonNode rule : ruleset.rules()) {
            if (NftRuleset.text(rule, "comment").equals(MARK)) {
                Command.run(words("nft delete rule %s %s %s handle %s"
                        .formatted(
                                NftRuleset.text(rule, "family"),
                                NftRuleset.text(rule, "table"),
                                NftRuleset.text(rule, "chain"),
                                NftRuleset.text(rule, "handle"))));
            }
        }
        for (Chain chain :
                ruleset.filters().stream().filter(Chain::isOfIptables).toList()) {
            for (Rule rule : needed(chain.hook)) {
                while (succeeds(rule.iptables("-C", chain))) {
                    Command.run(rule.iptables("-D", chain));
                }
            }
        }
    }

    private static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            Command.run(command);
            return true;
        } catch (IOException fails) {
            return false;
        }
    }

    private static NftRuleset ruleset() throws IOException, InterruptedException {
        // Terse, for a set may have any number of elements.
        return NftRuleset.parse(Command.run(List.of("nft", "--json", "--terse", "list", "ruleset")));
    }
}
