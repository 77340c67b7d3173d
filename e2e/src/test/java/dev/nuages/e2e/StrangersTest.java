package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What somebody without a credential reaches of the local cluster: its health, from this machine. */
@Tag("e2e")
@ExtendWith(Evidence.class)
class StrangersTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String BRIDGE = "10.244.0.1";
    private static final Set<String> HEALTH = Set.of("/healthz", "/livez", "/readyz", "/health", "/ready", "/ping");
    private static final List<String> OTHERS = List.of(
            "/",
            "/api",
            "/apis",
            "/configz",
            "/containerLogs/",
            "/debug/flags/v",
            "/debug/pprof/",
            "/flagz",
            "/logs/",
            "/metrics",
            "/openapi/v2",
            "/pods",
            "/proxyMode",
            "/statusz",
            "/v3/maintenance/status",
            "/version");

    @Test
    void theApiServerListensOnLoopbackAndTheBridgeOnly() {
        assertThat(Components.listening().get("kube-apiserver"))
                .extracting(Listener::address, Listener::port)
                .containsExactlyInAnyOrder(tuple(LOOPBACK, 6443), tuple(BRIDGE, 6443));
    }

    @Test
    void nothingOfTheClusterListensElsewhere() {
        Map<String, List<Listener>> components = Components.listening();

        assertThat(components.keySet())
                .containsExactlyInAnyOrder(
                        "etcd",
                        "containerd",
                        "kube-apiserver",
                        "kube-controller-manager",
                        "kube-scheduler",
                        "kubelet",
                        "kube-proxy");
        assertThat(components)
                .allSatisfy((name, listeners) -> assertThat(listeners)
                        .as(name)
                        .extracting(Listener::address)
                        .isSubsetOf(LOOPBACK, BRIDGE));
    }

    @Test
    void onlyHealthAnswersStrangers() throws IOException, InterruptedException {
        List<String> doors = new ArrayList<>();
        Components.listening()
                .values()
                .forEach(listeners -> listeners.forEach(at -> doors.add(at.address() + ":" + at.port())));
        doors.addAll(doorsOfAddons());
        assertThat(doors).hasSizeGreaterThan(12);

        List<String> answered = new ArrayList<>();
        try (Bash bash = new Bash(Repository.root())) {
            for (String door : doors) {
                answered.addAll(answers(bash, door));
            }
        }

        assertThat(answered).anyMatch(url -> url.endsWith(":6443/readyz"));
        assertThat(answered.stream().filter(url -> !HEALTH.contains(path(url)))).isEmpty();
    }

    /** The addresses that answer with success, asked in the clear and over TLS. */
    private static List<String> answers(Bash bash, String door) throws IOException, InterruptedException {
        String urls = List.of("http", "https").stream()
                .flatMap(scheme -> Stream.concat(HEALTH.stream(), OTHERS.stream())
                        .map(path -> "-o /dev/null " + scheme + "://" + door + path))
                .collect(Collectors.joining(" "));
        // It fails where nothing is said at all, which is as good as a refusal.
        Bash.Done done = bash.run(
                "curl -sk -m 5 --parallel --parallel-max 16 -w '%{http_code} %{url_effective}\\n' " + urls + "; true",
                Duration.ofMinutes(5));
        return done.output()
                .lines()
                .filter(line -> line.startsWith("2"))
                .map(line -> line.substring(4))
                .toList();
    }

    private static String path(String url) {
        return url.substring(url.indexOf('/', "https://".length()));
    }

    /** Where the pods of {@code kube-system} listen, each by its pod's address. */
    private static List<String> doorsOfAddons() {
        Map<String, String> addresses = kubectl(
                        "-n",
                        "kube-system",
                        "get",
                        "pods",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.uid} {.status.podIP}{\"\\n\"}{end}")
                .lines()
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        List<String> doors = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            String cgroups = Components.read(process.pid(), "cgroup");
            Optional<String> pod =
                    addresses.keySet().stream().filter(cgroups::contains).findFirst();
            pod.ifPresent(uid -> Listener.of(process.pid())
                    .forEach(at -> doors.add(
                            (at.address().equals("*") ? addresses.get(uid) : at.address()) + ":" + at.port())));
        });
        return doors;
    }
}
