package dev.nuages.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nuages.local.Firewall.Chain;
import dev.nuages.local.Firewall.Hook;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The rules of this machine's firewall, as {@code nft --json list ruleset} tells them.
 *
 * @param chains of all tables
 * @param rules of all chains, in their order
 */
record NftRuleset(List<JsonNode> chains, List<JsonNode> rules) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Those that see IPv4. */
    private static final Set<String> FAMILIES = Set.of("ip", "inet");

    private static final Set<String> WITHOUT_CONDITION = Set.of("counter", "log", "drop", "reject", "xt");
    private static final Set<String> DROPPING = Set.of("drop", "reject");
    private static final Set<String> LETTING = Set.of("accept", "jump", "goto");

    static NftRuleset parse(String json) throws IOException {
        List<JsonNode> items = list(JSON.readTree(json).path("nftables"));
        return new NftRuleset(all(items, "chain"), all(items, "rule"));
    }

    private static List<JsonNode> all(List<JsonNode> items, String kind) {
        return items.stream()
                .map(item -> item.path(kind))
                .filter(JsonNode::isObject)
                .toList();
    }

    /** The chains that filter what comes in or goes through. */
    List<Chain> filters() {
        return chains.stream().flatMap(NftRuleset::filter).toList();
    }

    /** Those of them that drop what they do not know, and do not know a bridge. */
    List<Chain> closedTo(String bridge) {
        return chains.stream()
                .filter(chain -> drops(chain) && !knows(bridge, text(chain, "name"), chain))
                .flatMap(NftRuleset::filter)
                .toList();
    }

    private static Stream<Chain> filter(JsonNode chain) {
        return Stream.of(Hook.values())
                .filter(hook -> text(chain, "hook").equals(hook.name().toLowerCase(Locale.ROOT))
                        && text(chain, "type").equals("filter")
                        && FAMILIES.contains(text(chain, "family")))
                .map(hook -> new Chain(text(chain, "family"), text(chain, "table"), text(chain, "name"), hook));
    }

    /** By its policy, or by a last rule for all that the others leave. */
    private boolean drops(JsonNode chain) {
        if (text(chain, "policy").equals("drop")) {
            return true;
        }
        List<JsonNode> rules = rulesOf(text(chain, "name"), chain);
        List<JsonNode> last = rules.isEmpty() ? List.of() : parts(rules.getLast());
        return last.stream().allMatch(part -> WITHOUT_CONDITION.contains(kind(part)))
                && last.stream()
                        .anyMatch(part -> DROPPING.contains(kind(part))
                                || text(part.path("xt"), "name").equals("REJECT"));
    }

    /** Whether a chain, or one that it leads to, has a rule for what comes in by the bridge that does not drop it. */
    private boolean knows(String bridge, String name, JsonNode base) {
        List<JsonNode> own = rulesOf(name, base);
        return own.stream().anyMatch(rule -> lets(bridge, rule))
                || own.stream()
                        .flatMap(rule -> parts(rule).stream())
                        .flatMap(part -> Stream.of(part.path("jump"), part.path("goto")))
                        .filter(JsonNode::isObject)
                        .anyMatch(to -> knows(bridge, text(to, "target"), base));
    }

    private static boolean lets(String bridge, JsonNode rule) {
        return parts(rule).stream().anyMatch(part -> comesInBy(bridge, part.path("match")))
                && parts(rule).stream().anyMatch(part -> LETTING.contains(kind(part)));
    }

    private static boolean comesInBy(String bridge, JsonNode match) {
        return text(match, "op").equals("==")
                && text(match.path("left").path("meta"), "key").equals("iifname")
                && text(match, "right").equals(bridge);
    }

    private List<JsonNode> rulesOf(String chain, JsonNode sibling) {
        return rules.stream()
                .filter(rule -> text(rule, "chain").equals(chain)
                        && text(rule, "table").equals(text(sibling, "table"))
                        && text(rule, "family").equals(text(sibling, "family")))
                .toList();
    }

    private static List<JsonNode> parts(JsonNode rule) {
        return list(rule.path("expr"));
    }

    /** Each part of a rule is an object with one field, such as {@code {"accept": null}}. */
    private static String kind(JsonNode part) {
        return part.fieldNames().hasNext() ? part.fieldNames().next() : "";
    }

    static String text(JsonNode object, String field) {
        return object.path(field).asText();
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
