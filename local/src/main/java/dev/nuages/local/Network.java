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

    private static final Path DEVICE = Path.of("/sys/class/net", BRIDGE);
    private static final int UP = 1;
    private static final String ADDRESS = GATEWAY + "/24";
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    /** As nft prints it, too. */
    private static final String LEAVE = "ip saddr %s oifname != \"%s\" masquerade".formatted(PODS, BRIDGE);

    private static final String RULES = """
            table ip nuages
            delete table ip nuages
            table ip nuages {
              chain leave {
                type nat hook postrouting priority srcnat;
                %s
              }
            }
            """.formatted(LEAVE);

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
        return takenBy(cluster, DEVICE.resolve("ifalias"));
    }

    /**
     * Makes what is missing, and says whether anything was. Each part is looked at by itself: a run may be killed between
     * any two of them, and others flush rules.
     */
    static boolean create(Path cluster) throws IOException, InterruptedException {
        boolean changed = false;
        if (!Files.exists(DEVICE)) {
            Command.run(List.of("ip", "link", "add", BRIDGE, "type", "bridge"));
            changed = true;
        }
        if (Files.readString(DEVICE.resolve("ifalias")).isBlank()) {
            Command.run(List.of("ip", "link", "set", BRIDGE, "alias", cluster.toString()));
            changed = true;
        }
        if (!hasAddress()) {
            Command.run(List.of("ip", "address", "add", ADDRESS, "dev", BRIDGE));
            changed = true;
        }
        if (!isUp()) {
            Command.run(List.of("ip", "link", "set", BRIDGE, "up"));
            changed = true;
        }
        if (!Files.readString(FORWARDING).strip().equals("1")) {
            Files.writeString(FORWARDING, "1");
            changed = true;
        }
        if (!hasRules()) {
            Path rules = cluster.resolve("nuages.nft");
            Files.writeString(rules, RULES);
            Command.run(List.of("nft", "-f", rules.toString()));
            changed = true;
        }
        return changed;
    }

    private static boolean hasAddress() throws IOException, InterruptedException {
        return Command.run(List.of("ip", "-4", "-o", "address", "show", "dev", BRIDGE))
                .contains(" " + ADDRESS + " ");
    }

    private static boolean isUp() throws IOException {
        return (Integer.decode(Files.readString(DEVICE.resolve("flags")).strip()) & UP) != 0;
    }

    private static boolean hasRules() throws IOException, InterruptedException {
        // Fails where the table is missing, and prints then what is no rule.
        return Command.lines(List.of("nft", "list", "table", "ip", "nuages")).stream()
                .anyMatch(line -> line.strip().equals(LEAVE));
    }

    /** Takes away the bridge, our rules, and those that our kube-proxy leaves. */
    static void remove(Path cluster) throws IOException, InterruptedException {
        // Where it is not, no cluster ever ran: up installs it.
        if (Command.isThere("nft", System.getenv().getOrDefault("PATH", ""))) {
            removeRules(cluster);
        }
        if (Files.exists(DEVICE)) {
            Command.run(List.of("ip", "link", "delete", BRIDGE));
        }
    }

    private static void removeRules(Path cluster) throws IOException, InterruptedException {
        // Without our bridge, which goes after them, as both do when the machine ends, it is another Kubernetes'
        // kube-proxy.
        List<String> ours = isOurs(cluster) ? List.of("nuages", "kube-proxy") : List.of("nuages");
        String tables = Command.run(List.of("nft", "list", "tables"));
        for (String family : List.of("ip", "ip6")) {
            for (String table : ours) {
                if (tables.contains("table " + family + " " + table)) {
                    Command.run(List.of("nft", "delete", "table", family, table));
                }
            }
        }
        Firewall.forget();
    }

    private static boolean isOurs(Path cluster) throws IOException {
        Path alias = DEVICE.resolve("ifalias");
        return Files.exists(alias) && Files.readString(alias).strip().equals(cluster.toString());
    }
}
