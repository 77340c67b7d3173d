package dev.nuages.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nuages.local.Check.Finding;
import dev.nuages.local.Check.Fine;
import dev.nuages.local.Check.Notable;
import dev.nuages.local.Check.Wrong;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineChecksTest {
    private static final Home HOME = new Home(Path.of("/var/empty/nuages"));
    private static final long GIB = 1L << 30;

    @Test
    void onlyRootMayRunContainers() {
        assertThat(MachineChecks.user(0, "")).isInstanceOf(Fine.class);
        assertThat(MachineChecks.user(65534, "")).isInstanceOf(Wrong.class);
        assertThat(MachineChecks.user(65534, "").sentence()).contains("sudo env \"PATH=$PATH\" ./nuages up");
    }

    @Test
    @DisplayName("root of a container that is not privileged is told what it lacks, and the ways out")
    void capabilities() {
        assertThat(MachineChecks.user(0, "Name:\tjava\nCapEff:\t000001ffffffffff\n"))
                .isInstanceOf(Fine.class);
        // What Docker leaves.
        assertThat(MachineChecks.user(0, "CapPrm:\t000001ffffffffff\nCapEff:\t00000000a80425fb\n"))
                .isInstanceOf(Wrong.class)
                .extracting(Finding::sentence)
                .asString()
                .contains("without CAP_NET_ADMIN and CAP_SYS_ADMIN,", "--privileged", "nuages up --context NAME");
        assertThat(MachineChecks.user(0, "CapEff:\t00000000a80435fb\n").sentence())
                .contains("without CAP_SYS_ADMIN,");
    }

    @Test
    void anotherSystemHearsOfTheWayOut() {
        assertThat(MachineChecks.system("Linux", "amd64")).isInstanceOf(Fine.class);
        assertThat(MachineChecks.system("Mac OS X", "aarch64").sentence())
                .contains("Mac OS X on aarch64", "nuages up --context NAME --image REF");
    }

    @Test
    @DisplayName(
            "a JDK that is built for a newer system than the images have is told before the operator fails to start")
    void jdk(@TempDir Path home) throws IOException {
        Path library = Files.createDirectories(home.resolve("lib/server")).resolve("libjvm.so");
        Files.write(library, "\0GLIBC_2.2.5\0GLIBC_PRIVATE\0GLIBC_2.34\0\u00ff".getBytes(ISO_8859_1));
        assertThat(MachineChecks.java(home)).isInstanceOf(Fine.class);
        Files.write(library, "\0GLIBC_2.2.5\0__isoc23_strtol\0GLIBC_2.38\0\u00ff".getBytes(ISO_8859_1));
        assertThat(MachineChecks.java(home))
                .isInstanceOf(Wrong.class)
                .extracting(Finding::sentence)
                .asString()
                .contains(home + " is built for a C library of version 2.38", "2.36", "NUAGES_JAVA_HOME");
    }

    @Test
    @DisplayName("a Linux that is no Debian hears of the way out, and nothing is to be installed on it")
    void noDebian(@TempDir Path programs) throws IOException {
        String path = "/var/empty:" + programs;
        assertThat(check("Debian packages", path).look())
                .isInstanceOf(Wrong.class)
                .extracting(Finding::sentence)
                .asString()
                .contains("no dpkg and apt-get on the PATH", "nuages up --context NAME --image REF");
        assertThat(check("Debian packages", path).fix()).isEmpty();
        assertThat(check("pip", path).fix()).isEmpty();

        for (String program : List.of("dpkg", "apt-get")) {
            assertThat(Files.createFile(programs.resolve(program)).toFile().setExecutable(true))
                    .isTrue();
        }
        assertThat(check("Debian packages", path).fix()).isPresent();
        assertThat(check("pip", path).fix()).isPresent();
    }

    private static Check check(String name, String path) {
        return MachineChecks.all(HOME, path).stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("whose programs the cluster runs, the package is asked for")
    void packages() {
        assertThat(MachineChecks.PACKAGES)
                .contains("containerd", "debian-archive-keyring", "iproute2", "nftables", "procps", "runc");
    }

    @Test
    @DisplayName(
            "Docker's containerd.io is taken for Debian's containerd and runc, and nothing is removed for a package")
    void dockers() {
        List<String> wanted = List.of("buildah", "containerd", "runc");
        Set<String> docker = Set.of("containerd.io");

        assertThat(DebianPackages.missing(wanted, Set.of("runc"))).containsExactly("buildah", "containerd");
        assertThat(DebianPackages.missing(wanted, docker)).containsExactly("buildah");
        assertThat(DebianPackages.installation(List.of("buildah"))).contains("--no-remove", "buildah");

        assertThat(MachineChecks.packages(List.of("buildah"), true)).isEqualTo(new Wrong("Missing: buildah."));
        assertThat(MachineChecks.packages(List.of(), false)).isInstanceOf(Fine.class);
        assertThat(MachineChecks.packages(List.of(), DebianPackages.hasDockers(docker)))
                .isInstanceOf(Notable.class)
                .extracting(Finding::sentence)
                .asString()
                .contains("containerd.io", "not tried");
    }

    @Test
    void muchRoomIsNeededOnlyBeforeTheFirstTimeAndSomeEver() {
        assertThat(MachineChecks.disk(HOME, 20 * GIB, false)).isInstanceOf(Fine.class);
        assertThat(MachineChecks.disk(HOME, 10 * GIB - 1, false).sentence())
                .startsWith("9 GiB are free under /var/empty/nuages, and 10 are needed");

        assertThat(MachineChecks.disk(HOME, 5 * GIB, true)).isInstanceOf(Fine.class);
        assertThat(MachineChecks.disk(HOME, 5 * GIB - 1, true)).isInstanceOf(Notable.class);
        assertThat(MachineChecks.disk(HOME, GIB, true)).isInstanceOf(Notable.class);
        assertThat(MachineChecks.disk(HOME, GIB - 1, true)).isInstanceOf(Wrong.class);
        assertThat(MachineChecks.disk(HOME, 0, true)).isInstanceOf(Wrong.class);
        assertThat(MachineChecks.disk(HOME, 0, true).sentence())
                .startsWith("Less than 1 GiB is free under /var/empty/nuages");
    }

    @Test
    @DisplayName("it is tried on Debian 12; another distribution is told so by its name, and may try")
    void distribution() {
        assertThat(MachineChecks.distribution("""
                        PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
                        ID=debian
                        VERSION_ID="12"
                        VERSION_CODENAME=bookworm
                        """)).isEqualTo(new Fine("Debian GNU/Linux 12 (bookworm)."));
        for (String other : List.of(
                "PRETTY_NAME='Debian GNU/Linux 13 (trixie)'\nID=debian\nVERSION_CODENAME=trixie\n",
                "ID=raspbian\nVERSION_CODENAME=bookworm\nPRETTY_NAME=Raspbian\n",
                "")) {
            assertThat(MachineChecks.distribution(other)).as(other).isInstanceOf(Notable.class);
        }
        assertThat(MachineChecks.distribution("ID=ubuntu\nPRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\n")
                        .sentence())
                .contains("made for Debian 12 and not tried on Ubuntu 24.04.3 LTS:", "nuages up --context NAME");
    }

    @Test
    @DisplayName("it is tried with cgroups of version 1; Debian 12 has those of version 2 unless it is told otherwise")
    void cgroups(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("unified"));
        Files.createFile(root.resolve("unified/cgroup.controllers"));
        assertThat(MachineChecks.cgroups(root)).isInstanceOf(Fine.class);
        Files.createFile(root.resolve("cgroup.controllers"));
        assertThat(MachineChecks.cgroups(root))
                .isInstanceOf(Notable.class)
                .extracting(Finding::sentence)
                .asString()
                .contains("version 2", "not tried");
    }

    @Test
    @DisplayName("a port that another program has is named, with its use; the cluster's own is as it must be")
    void ports() throws IOException {
        List<Port> ports;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            ports = List.of(new Port(other.getLocalPort(), "etcd", "etcd"));

            assertThat(Port.look(ports, owner -> true)).isInstanceOf(Fine.class);
            assertThat(Port.look(ports, owner -> false)).isInstanceOf(Wrong.class);
            assertThat(Port.look(ports, owner -> false).sentence())
                    .contains("port " + other.getLocalPort(), "where etcd would answer");
        }
        assertThat(Port.look(ports, owner -> false)).isInstanceOf(Fine.class);
    }

    @Test
    @DisplayName("what can be put right is put right, and said; the first that cannot ends it with its sentence")
    void insisting() {
        List<String> said = new ArrayList<>();
        boolean[] installed = {false};
        Check packages = Check.of(
                "packages",
                () -> installed[0] ? new Fine("They are there.") : new Wrong("Missing: runc."),
                "install runc",
                () -> installed[0] = true);
        Check disk = Check.of("disk", () -> (Finding) new Wrong("No room."));
        Check never = Check.of("never", () -> {
            throw new AssertionError("looked at after what is wrong");
        });

        assertThatThrownBy(() -> MachineChecks.insist(List.of(packages, disk, never), recording(said)))
                .isInstanceOf(LocalClusterException.class)
                .hasMessage("No room.");
        assertThat(installed[0]).isTrue();
        assertThat(said).containsExactly("packages: Missing: runc. Will install runc.", "failed: No room.");

        said.clear();
        Check scarce = Check.of("disk", () -> (Finding) new Notable("Little room."));
        MachineChecks.insist(List.of(packages, scarce), recording(said));
        assertThat(said).containsExactly("disk: Little room.", "unchanged: it has all that is needed");
    }

    @Test
    @DisplayName("a machine has room for one cluster")
    void otherCluster() {
        assertThat(MachineChecks.otherCluster(Optional.empty())).isInstanceOf(Fine.class);
        assertThat(MachineChecks.otherCluster(Optional.of(Path.of("/tmp/other/cluster"))))
                .isInstanceOf(Wrong.class)
                .extracting(Finding::sentence)
                .asString()
                .contains("NUAGES_HOME=/tmp/other nuages down");
    }

    @Test
    void aProbeThatCannotLookHasFoundSomethingWrong() {
        Check check = Check.of("disk", () -> {
            throw new IOException("no such device");
        });

        assertThat(check.look()).isEqualTo(new Wrong("Could not be looked at: no such device."));
    }

    private static Progress recording(List<String> said) {
        return new Progress() {
            @Override
            public Step begin(String title) {
                return new Step() {
                    @Override
                    public void detail(String now) {}

                    @Override
                    public void done(String outcome) {
                        said.add("done: " + outcome);
                    }

                    @Override
                    public void unchanged(String why) {
                        said.add("unchanged: " + why);
                    }

                    @Override
                    public void failed(String why) {
                        said.add("failed: " + why);
                    }
                };
            }

            @Override
            public void say(String line) {
                said.add(line);
            }
        };
    }
}
