package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleServicesTest {
    private static final int FORBIDDEN = 101;

    @TempDir
    private Path folder;

    private final Set<String> disabled = new TreeSet<>();
    private Path policy;
    private IdleServices services;

    @BeforeEach
    void machine() {
        policy = folder.resolve("policy-rc.d");
        services = new IdleServices(policy, folder.resolve("units"), disabled::addAll);
    }

    @Test
    @DisplayName(
            "no service may be started while something is installed, and those that came with it are disabled after it")
    void idle() throws Exception {
        services.during(
                () -> {
                    assertThat(policy).isExecutable();
                    assertThat(askPolicy()).isEqualTo(FORBIDDEN);
                    enable("multi-user.target.wants", "containerd.service");
                    enable("sockets.target.wants", "cni-dhcp.socket");
                },
                () -> Set.of("containerd.service", "cni-dhcp.socket", "cni-dhcp.service"));

        assertThat(policy).doesNotExist();
        assertThat(disabled).containsExactly("cni-dhcp.socket", "containerd.service");
    }

    @Test
    @DisplayName("a service that was enabled before is left alone, and so is one of another package")
    void others() throws Exception {
        enable("multi-user.target.wants", "containerd.service");

        services.during(
                () -> enable("multi-user.target.wants", "nginx.service"),
                () -> Set.of("containerd.service", "nftables.service"));

        assertThat(disabled).isEmpty();
    }

    @Test
    @DisplayName("a policy that is there holds, and stays")
    void policyOfTheAdministrator() throws Exception {
        Files.writeString(policy, "#!/bin/sh\nexit 104\n");

        services.during(() -> assertThat(askPolicy()).isEqualTo(104), Set::of);

        assertThat(policy).hasContent("#!/bin/sh\nexit 104\n");
    }

    @Test
    @DisplayName("the policy of a run that was killed forbids nothing, and goes when it is asked, or with the next run")
    void killed() throws Exception {
        String[] left = new String[1];
        services.during(
                () -> left[0] = Files.readString(policy).replaceAll("/proc/[0-9]+ ", folder.resolve("gone") + " "),
                Set::of);

        Files.writeString(policy, left[0]);
        services.during(() -> assertThat(askPolicy()).isEqualTo(FORBIDDEN), Set::of);
        assertThat(policy).doesNotExist();

        Files.writeString(policy, left[0]);
        assertThat(askPolicy()).isZero();
        assertThat(policy).doesNotExist();
    }

    @Test
    @DisplayName(
            "what a killed ./verify leaves forbids nothing either, and is taken away by it, by up or when it is asked")
    void killedVerify() throws Exception {
        assertThat(killVerifyAsItInstalls()).isEqualTo("asked: 101\n");
        assertThat(policy).exists();
        assertThat(killVerifyAsItInstalls()).isEqualTo("asked: 101\n");

        assertThat(askPolicy()).isZero();
        assertThat(policy).doesNotExist();

        assertThat(killVerifyAsItInstalls()).isEqualTo("asked: 101\n");
        services.during(() -> assertThat(askPolicy()).isEqualTo(FORBIDDEN), Set::of);
        assertThat(policy).doesNotExist();
    }

    private String killVerifyAsItInstalls() throws IOException, InterruptedException {
        String verify = Files.readString(Path.of("../verify"));
        int begin = verify.indexOf("from_debian_idle() {");
        String function = verify.substring(begin, verify.indexOf("\n}\n", begin) + 3)
                .replace("/usr/sbin/policy-rc.d", policy.toString())
                .replace("/etc/", folder + "/etc/");
        Process process = new ProcessBuilder("bash", "-uc", """
                        goes=()
                        from_debian() { sh %s; echo "asked: $?"; kill -KILL $$; }
                        %s
                        from_debian_idle rabbitmq-server
                        """.formatted(policy, function))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    @DisplayName("an installation that fails leaves no service enabled either, and its own words go on")
    void failed() {
        assertThatThrownBy(() -> services.during(
                        () -> {
                            enable("multi-user.target.wants", "containerd.service");
                            throw new IOException("no room");
                        },
                        () -> Set.of("containerd.service")))
                .hasMessage("no room");

        assertThat(policy).doesNotExist();
        assertThat(disabled).containsExactly("containerd.service");
    }

    @Test
    @DisplayName("of a package's files, those are units that systemd reads as the machine's")
    void units() {
        assertThat(DebianPackages.units(Stream.of(
                        "/lib/systemd/system",
                        "/lib/systemd/system/containerd.service",
                        "/usr/lib/systemd/system/cni-dhcp.socket",
                        "/usr/lib/systemd/user/gpg-agent.socket",
                        "/usr/share/doc/runc/systemd.md.gz")))
                .containsExactlyInAnyOrder("containerd.service", "cni-dhcp.socket");
    }

    private int askPolicy() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", policy.toString(), "containerd.service", "start")
                .start()
                .waitFor();
    }

    private void enable(String wanting, String unit) throws IOException {
        Path link = folder.resolve("units").resolve(wanting).resolve(unit);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of("..", unit));
    }
}
