package dev.nuages.local;

import dev.nuages.local.Check.Finding;
import dev.nuages.local.Check.Fine;
import dev.nuages.local.Check.Wrong;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What must be true of a machine for the local cluster to run on it. */
public final class MachineChecks {
    private static final String WAY_OUT =
            "or install the operator on a cluster of your own: nuages up --context NAME --image REF";

    private static final List<String> PACKAGES = List.of(
            "buildah",
            "conntrack",
            "containerd",
            "containernetworking-plugins",
            "iptables",
            "mmdebstrap",
            "nftables",
            "runc");

    private static final long GIB = 1L << 30;
    private static final long DISK_NEEDED = 10 * GIB;
    private static final int SITE_PORT = 8080;

    private MachineChecks() {}

    /** All of them, in the order in which they make sense. */
    public static List<Check> all(Home home) {
        return List.of(
                Check.of("system", MachineChecks::linux),
                Check.of("user", MachineChecks::root),
                Check.of("Go", MachineChecks::go),
                Check.of(
                        "Debian packages",
                        MachineChecks::packages,
                        "install them by apt-get: " + String.join(" ", PACKAGES),
                        MachineChecks::installPackages),
                Check.of("disk", () -> disk(home)),
                Check.of("port " + SITE_PORT, () -> port(home)));
    }

    /**
     * Looks at all of it, and puts right what is safe to put right.
     *
     * @throws LocalClusterException with the first sentence of what is wrong and stays so
     */
    static void insist(Home home, Progress progress) {
        progress.step("Look at this machine", step -> {
            int fixed = 0;
            for (Check check : all(home)) {
                Finding finding = check.look();
                if (finding instanceof Wrong && check.fix().isPresent()) {
                    step.detail(check.fix().get().intention());
                    progress.say(check.name() + ": " + finding.sentence() + " Will "
                            + check.fix().get().intention() + ".");
                    check.fix().get().action().run();
                    finding = check.look();
                    fixed++;
                }
                if (finding instanceof Wrong wrong) {
                    throw new LocalClusterException(wrong.sentence());
                }
            }
            if (fixed == 0) {
                step.unchanged("it has all that is needed");
            } else {
                step.done("now it has all that is needed");
            }
            return true;
        });
    }

    private static Finding linux() {
        String system = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        return system.equals("Linux") && processor.equals("amd64")
                ? new Fine("Linux on " + processor + ".")
                : new Wrong("The local cluster needs Linux on amd64, and this is %s on %s: use such a machine, %s."
                        .formatted(system, processor, WAY_OUT));
    }

    private static Finding root() throws IOException {
        Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return Integer.valueOf(0).equals(user)
                ? new Fine("You are root.")
                : new Wrong("The local cluster runs containers, which takes root: run it with sudo, " + WAY_OUT + ".");
    }

    private static Finding go() throws InterruptedException {
        try {
            String version = Command.run(List.of("go", "env", "GOVERSION"));
            return version.matches("go1\\.(2[6-9]|[3-9][0-9]).*")
                    ? new Fine(version.strip() + ".")
                    : new Wrong("Kubernetes is built with Go 1.26 or later, and this is %s: install it, %s."
                            .formatted(version.strip(), WAY_OUT));
        } catch (IOException missing) {
            return new Wrong("Kubernetes is built with Go 1.26 or later, and there is no go on the PATH: install it, "
                    + WAY_OUT + ".");
        }
    }

    private static Finding packages() throws IOException, InterruptedException {
        List<String> missing = new ArrayList<>();
        for (String name : PACKAGES) {
            if (!installed(name)) {
                missing.add(name);
            }
        }
        return missing.isEmpty()
                ? new Fine("All of them are installed.")
                : new Wrong("Missing: " + String.join(", ", missing) + ".");
    }

    private static boolean installed(String name) throws InterruptedException {
        try {
            return Command.run(List.of("dpkg-query", "--show", "--showformat=${db:Status-Status}", name))
                    .equals("installed");
        } catch (IOException unknown) {
            return false;
        }
    }

    private static void installPackages() throws IOException, InterruptedException {
        Map<String, String> quiet = Map.of("DEBIAN_FRONTEND", "noninteractive");
        Command.run(List.of("apt-get", "update", "-qq"), null, quiet, line -> {});
        List<String> install = new ArrayList<>(List.of("apt-get", "install", "-y", "-qq", "--no-install-recommends"));
        install.addAll(PACKAGES);
        Command.run(install, null, quiet, line -> {});
    }

    private static Finding disk(Home home) throws IOException {
        Files.createDirectories(home.root());
        long free = Files.getFileStore(home.root()).getUsableSpace();
        return free >= DISK_NEEDED || Files.exists(home.kubeconfig())
                ? new Fine("%d GiB are free under %s.".formatted(free / GIB, home.root()))
                : new Wrong(
                        "%d GiB are free under %s, and %d are needed: make room, or set NUAGES_HOME to another folder."
                                .formatted(free / GIB, home.root(), DISK_NEEDED / GIB));
    }

    /** Where our own ingress controller answers on it, it is as it must be. */
    private static Finding port(Home home) throws IOException {
        if (new Daemons(home).runs("kubelet")) {
            return new Fine("The cluster's own.");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), SITE_PORT));
            return new Fine("It is free.");
        } catch (java.net.BindException taken) {
            return new Wrong(
                    "Another program listens on 127.0.0.1:%d, where the sites are to answer: end it (ss -ltnp shows it)."
                            .formatted(SITE_PORT));
        }
    }
}
