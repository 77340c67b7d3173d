package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The bridge that the pods are on, made before anything else because the API server listens on its address, and the one
 * rule that lets them out. All of it is named nuages and goes with {@link #remove}.
 */
final class Network {
    static final String BRIDGE = "nuages0";

    /** The bridge's own address: the node's, and the API server's. */
    static final String GATEWAY = "10.244.0.1";

    static final String PODS = "10.244.0.0/24";
    static final String DNS = "10.96.0.10";

    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final String RULES = """
            table ip nuages
            delete table ip nuages
            table ip nuages {
              chain leave {
                type nat hook postrouting priority srcnat;
                ip saddr %s oifname != "%s" masquerade
              }
            }
            """.formatted(PODS, BRIDGE);

    private Network() {}

    /** The folder of the other cluster that has this network, for a machine has one; empty if nobody has it, or we do. */
    static Optional<Path> takenBy(Path cluster, Path alias) throws IOException {
        if (!Files.exists(alias)) {
            return Optional.empty();
        }
        String owner = Files.readString(alias).strip();
        return owner.isEmpty() || owner.equals(cluster.toString()) ? Optional.empty() : Optional.of(Path.of(owner));
    }

    static Optional<Path> takenBy(Path cluster) throws IOException {
        return takenBy(cluster, Path.of("/sys/class/net", BRIDGE, "ifalias"));
    }

    /** Makes what is missing, and says whether anything was. */
    static boolean create(Path cluster) throws IOException, InterruptedException {
        boolean changed = false;
        if (!Files.exists(Path.of("/sys/class/net", BRIDGE))) {
            Command.run(List.of("ip", "link", "add", BRIDGE, "type", "bridge"));
            Command.run(List.of("ip", "link", "set", BRIDGE, "alias", cluster.toString()));
            Command.run(List.of("ip", "address", "add", GATEWAY + "/24", "dev", BRIDGE));
            changed = true;
        }
        Command.run(List.of("ip", "link", "set", BRIDGE, "up"));
        if (!Files.readString(FORWARDING).strip().equals("1")) {
            Files.writeString(FORWARDING, "1");
        }
        if (changed) {
            Path rules = cluster.resolve("nuages.nft");
            Files.writeString(rules, RULES);
            Command.run(List.of("nft", "-f", rules.toString()));
        }
        return changed;
    }

    /** Takes away the bridge, our rules, and those that kube-proxy leaves. */
    static void remove() throws IOException, InterruptedException {
        String tables = Command.run(List.of("nft", "list", "tables"));
        for (String family : List.of("ip", "ip6")) {
            for (String table : List.of("nuages", "kube-proxy")) {
                if (tables.contains("table " + family + " " + table)) {
                    Command.run(List.of("nft", "delete", "table", family, table));
                }
            }
        }
        if (Files.exists(Path.of("/sys/class/net", BRIDGE))) {
            Command.run(List.of("ip", "link", "delete", BRIDGE));
        }
    }
}
