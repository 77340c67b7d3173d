package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @Test
    @DisplayName("the network is another cluster's if its bridge says so, and not if it says nothing or is not there")
    void takenBy(@TempDir Path folder) throws IOException {
        Path alias = folder.resolve("ifalias");
        Path ours = Path.of("/home/me/nuages/cluster");
        assertThat(Network.takenBy(ours, alias)).isEmpty();
        Files.writeString(alias, "\n");
        assertThat(Network.takenBy(ours, alias)).isEmpty();
        Files.writeString(alias, ours + "\n");
        assertThat(Network.takenBy(ours, alias)).isEmpty();
        Files.writeString(alias, "/home/you/nuages/cluster\n");
        assertThat(Network.takenBy(ours, alias)).contains(Path.of("/home/you/nuages/cluster"));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("what a killed run left undone, or somebody undid, is made, and then nothing is changed any more")
    @ValueSource(
            strings = {
                "true",
                "ip link add nuages0 type bridge",
                "ip link add nuages0 type bridge; ip link set nuages0 alias $CLUSTER",
                "ip link add nuages0 type bridge; ip link set nuages0 up",
                "create; nft flush ruleset",
                "create; nft flush table ip nuages",
                "create; ip address flush dev nuages0",
                "create; ip link set nuages0 down",
                "create; echo 0 >/proc/sys/net/ipv4/ip_forward"
            })
    void goesOn(String before, @TempDir Path cluster) throws Exception {
        List<String> steps = new ArrayList<>(List.of(before.split("; ")));
        steps.addAll(List.of(
                "echo now",
                "create",
                "ip -4 -o address show dev nuages0",
                "ip link show dev nuages0",
                "nft list table ip nuages",
                "cat /proc/sys/net/ipv4/ip_forward",
                "echo then",
                "create",
                "remove",
                "ip link; nft list tables"));

        String said = inNamespace(cluster, steps);

        assertThat(said)
                .contains(
                        "now\nchanged\n",
                        "inet 10.244.0.1/24 ",
                        "alias " + cluster,
                        ",UP",
                        "ip saddr 10.244.0.0/24 oifname != \"nuages0\" masquerade")
                .containsOnlyOnce("hook postrouting")
                .containsPattern("(?m)^1\nthen\nunchanged\nremoved$");
        assertThat(said.substring(said.indexOf("removed"))).doesNotContain("nuages");
    }

    @Test
    @DisplayName("down leaves the network of another cluster as it is, and says whose it is")
    void anothers(@TempDir Path cluster) throws Exception {
        String said = inNamespace(
                cluster,
                List.of(
                        "ip link add nuages0 type bridge",
                        "ip link set nuages0 alias /home/you/nuages/cluster",
                        "down",
                        "ip link"));

        assertThat(said)
                .contains("nothing of it runs; the cluster in /home/you/nuages does", "NUAGES_HOME=/home/you/nuages ")
                .contains(": nuages0: ");
    }

    @Test
    @DisplayName(
            "what a kube-proxy wrote goes with our bridge, and stays where there is none: it is another Kubernetes'")
    void kubeProxy(@TempDir Path cluster) throws Exception {
        String rules = "nft add table ip kube-proxy; nft add table ip6 kube-proxy";

        assertThat(inNamespace(cluster, List.of(rules, "remove", "nft list tables")))
                .contains("table ip kube-proxy", "table ip6 kube-proxy");
        assertThat(inNamespace(cluster, List.of(rules, "create", "remove", "nft list tables; ip link")))
                .contains("removed")
                .doesNotContain("kube-proxy", "nuages");
    }

    @Test
    @DisplayName(
            "a firewall that drops what it does not know is opened for our bridge alone, once, and closed again by down")
    void firewall(@TempDir Path cluster) throws Exception {
        String rules = "iptables-nft -S FORWARD; nft list chain inet mine in | grep nuages0 || echo nothing";
        String said = inNamespace(
                cluster,
                List.of(
                        "iptables-nft -P FORWARD DROP; iptables-nft -A FORWARD -o docker0 -j ACCEPT",
                        "nft add table inet mine",
                        "nft add chain inet mine in '{ type filter hook input priority 0; policy drop; }'",
                        "look",
                        "open",
                        "open",
                        "look",
                        rules,
                        "remove",
                        rules));

        assertThat(said)
                .contains("chain FORWARD of table ip filter and chain in of table inet mine", "lets the pods through")
                .containsOnlyOnce("-A FORWARD -i nuages0 -m comment --comment nuages -j ACCEPT")
                .containsOnlyOnce("-A FORWARD -o nuages0 -m conntrack --ctstate RELATED,ESTABLISHED")
                .containsOnlyOnce("iifname \"nuages0\" tcp dport { 6443, 10250 } accept")
                .endsWith("removed\n-P FORWARD DROP\n-A FORWARD -o docker0 -j ACCEPT\nnothing");
    }

    @Test
    @DisplayName("where nft was never installed, there are no rules to remove")
    void withoutNft(@TempDir Path cluster, @TempDir Path programs) throws Exception {
        Command.run(List.of(
                "sh",
                "-c",
                "for i in sh mount ip; do ln -s \"$(command -v $i)\" \"$0/$i\"; done",
                programs.toString()));

        String said = inNamespace(cluster, List.of("remove"), Map.of("PATH", programs.toString()));

        assertThat(said).contains("removed");
    }

    private static String inNamespace(Path cluster, List<String> steps) throws Exception {
        return inNamespace(cluster, steps, Map.of());
    }

    /** Runs steps in a network that is not this machine's, and gives back what they printed. */
    private static String inNamespace(Path cluster, List<String> steps, Map<String, String> more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("unshare", "--net", "--mount", "sh", "-c", "mount -t sysfs sysfs /sys && exec \"$@\"", "sh"));
        assumeTrue(succeeds(command, "nft", "list", "tables"), "needs root, iproute2 and nftables");
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Steps.class.getName()));
        command.addAll(steps);
        Map<String, String> environment = new HashMap<>(more);
        environment.put("CLUSTER", cluster.toString());
        return Command.run(command, null, environment, line -> {});
    }

    private static boolean succeeds(List<String> command, String... more) throws InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        try {
            Command.run(all);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs its arguments: {@code create}, {@code remove}, {@code look}, {@code open}, {@code down}, or any command. */
    static final class Steps {
        private Steps() {}

        public static void main(String[] steps) throws Exception {
            for (String step : steps) {
                switch (step) {
                    case "create" ->
                        System.out.println(Network.create(Path.of(System.getenv("CLUSTER"))) ? "changed" : "unchanged");
                    case "look" ->
                        System.out.println(Firewall.look(System.getenv("PATH")).sentence());
                    case "open" -> Firewall.open();
                    case "down" -> {
                        Home home = new Home(Path.of(System.getenv("CLUSTER")));
                        System.out.println(new Teardown(home, new Daemons(home)).run());
                    }
                    case "remove" -> {
                        Network.remove(Path.of(System.getenv("CLUSTER")));
                        System.out.println("removed");
                    }
                    default -> System.out.println(Command.run(List.of("sh", "-c", step)));
                }
            }
        }
    }
}
