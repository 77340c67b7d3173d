package dev.nuages.local;

import dev.nuages.local.Check.Finding;
import dev.nuages.local.Check.Fine;
import dev.nuages.local.Check.Notable;
import dev.nuages.local.Check.Wrong;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must be true of a machine for the local cluster to run on it. */
public final class MachineChecks {
    private static final String WAY_OUT =
            "or install the operator on a cluster of your own: nuages up --context NAME --image REF"
                    + " (docs/images.md says how to get the image)";

    static final List<String> PACKAGES = List.of(
            "buildah",
            "conntrack",
            "containerd",
            "containernetworking-plugins",
            "debian-archive-keyring",
            "iproute2",
            "iptables",
            "mmdebstrap",
            "nftables",
            "procps",
            "runc");

    private static final Finding NO_DEBIAN = new Wrong(
            "The local cluster is made of Debian's packages, and there is no dpkg and apt-get on the PATH: use a Debian 12, "
                    + WAY_OUT + ".");

    /** By their bits, as linux/capability.h has them. */
    private static final Map<String, Integer> CAPABILITIES = Map.of("CAP_NET_ADMIN", 12, "CAP_SYS_ADMIN", 21);

    /** The images' C library, Debian 12's, is 2.36. */
    private static final int GLIBC_OF_IMAGES = 36;

    private static final Pattern GLIBC = Pattern.compile("GLIBC_2[.]([0-9]{1,3})");

    private static final long GIB = 1L << 30;
    private static final long DISK_NEEDED = 10 * GIB;
    private static final long DISK_SCARCE = 5 * GIB;
    private static final long DISK_FULL = GIB;

    private MachineChecks() {}

    /** All of them, in the order in which they make sense. */
    public static List<Check> all(Home home) {
        return all(home, System.getenv().getOrDefault("PATH", ""));
    }

    /** @param path where programs are looked for */
    static List<Check> all(Home home, String path) {
        return List.of(
                Check.of("system", () -> system(System.getProperty("os.name"), System.getProperty("os.arch"))),
                Check.of("distribution", MachineChecks::distribution),
                Check.of("cgroups", () -> cgroups(Path.of("/sys/fs/cgroup"))),
                Check.of("user", MachineChecks::user),
                Check.of("other clusters", () -> otherCluster(Network.takenBy(home.cluster()))),
                Check.of("Go", MachineChecks::go),
                Check.of("JDK", () -> java(Path.of(System.getProperty("java.home")))),
                debian(path)
                        ? Check.of(
                                "Debian packages",
                                MachineChecks::packages,
                                "install them by apt-get: " + String.join(" ", PACKAGES),
                                () -> DebianPackages.install(PACKAGES))
                        : Check.of("Debian packages", () -> NO_DEBIAN),
                debian(path)
                        ? Check.of(
                                "pip",
                                MachineChecks::pip,
                                "install python3-pip by apt-get",
                                () -> DebianPackages.install(List.of("python3-pip")))
                        : Check.of("pip", MachineChecks::pip),
                Check.of(
                        "firewall",
                        () -> Firewall.look(path),
                        "let the pods through there, by rules that nuages down takes away",
                        Firewall::open),
                Check.of("disk", () -> disk(home)),
                Check.of("ports", () -> ports(home)));
    }

    /**
     * Looks at all of it, and puts right what is safe to put right.
     *
     * @throws LocalClusterException with the first sentence of what is wrong and stays so
     */
    static void insist(Home home, Progress progress) {
        insist(all(home), progress);
    }

    static void insist(List<Check> checks, Progress progress) {
        progress.step("Look at this machine", step -> {
            int fixed = 0;
            for (Check check : checks) {
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
                if (finding instanceof Notable) {
                    progress.say(check.name() + ": " + finding.sentence());
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

    static Finding system(String system, String processor) {
        return system.equals("Linux") && processor.equals("amd64")
                ? new Fine("Linux on " + processor + ".")
                : new Wrong("The local cluster needs Linux on amd64, and this is %s on %s: use such a machine, %s."
                        .formatted(system, processor, WAY_OUT));
    }

    private static Finding distribution() throws IOException {
        Path release = Path.of("/etc/os-release");
        return distribution(Files.exists(release) ? Files.readString(release) : "");
    }

    /**
     * Any with Debian's tools may do: its own packages run the cluster, while the images are of Debian's bookworm wherever
     * they are built.
     *
     * @param release what is in {@code /etc/os-release}; empty if there is none
     */
    static Finding distribution(String release) {
        String name = value(release, "PRETTY_NAME").orElse("a distribution without a name");
        return value(release, "ID").equals(Optional.of("debian"))
                        && value(release, "VERSION_CODENAME").equals(Optional.of("bookworm"))
                ? new Fine(name + ".")
                : new Notable(
                        "The local cluster is made for Debian 12 and not tried on %s: if it fails, use a Debian 12, %s."
                                .formatted(name, WAY_OUT));
    }

    /** @param root where they are mounted */
    static Finding cgroups(Path root) {
        return Files.exists(root.resolve("cgroup.controllers"))
                ? new Notable(
                        "They are of version 2, with which the local cluster is meant to work and was not tried: if it"
                                + " fails, see logs/kubelet.log.")
                : new Fine("They are of version 1.");
    }

    /** A value of a file that a shell could read. */
    private static Optional<String> value(String file, String name) {
        return file.lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1).replaceAll("^['\"]|['\"]$", ""))
                .findFirst();
    }

    static Finding otherCluster(Optional<Path> folder) {
        return folder.<Finding>map(other -> new Wrong(
                        "Another local cluster runs on this machine, which has room for one: stop it by 'NUAGES_HOME=%s nuages down'."
                                .formatted(other.getParent())))
                .orElse(new Fine("No other local cluster runs."));
    }

    private static Finding user() throws IOException {
        Path status = Path.of("/proc/self/status");
        return user(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
                Files.exists(status) ? Files.readString(status) : "");
    }

    /** @param status what is in {@code /proc/self/status}; empty if there is none */
    static Finding user(Object uid, String status) {
        if (!Integer.valueOf(0).equals(uid)) {
            return new Wrong(
                    "The local cluster runs containers, which takes root: run it by 'sudo env \"PATH=$PATH\" ./nuages up', "
                            + WAY_OUT + ".");
        }
        List<String> lacking = lackingCapabilities(status);
        return lacking.isEmpty()
                ? new Fine("You are root.")
                : new Wrong("You are root, but without %s, as in a container: start it with --privileged, %s."
                        .formatted(String.join(" and ", lacking), WAY_OUT));
    }

    /** Of those by which mounts and networks are made. */
    private static List<String> lackingCapabilities(String status) {
        return status.lines()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .boxed()
                .flatMap(held -> CAPABILITIES.entrySet().stream()
                        .filter(capability -> (held >> capability.getValue() & 1) == 0)
                        .map(Map.Entry::getKey))
                .sorted()
                .toList();
    }

    private static Finding go() throws InterruptedException {
        try {
            return new Fine(Binaries.goVersion().strip() + ".");
        } catch (LocalClusterException missingOrTooOld) {
            return new Wrong(String.valueOf(missingOrTooOld.getMessage()));
        }
    }

    /**
     * The operator's image has a copy of this Java, which must find there the C library that it was built for. Ubuntu's
     * JDKs are built for Ubuntu's, which is newer.
     *
     * @param home the JDK's
     */
    static Finding java(Path home) throws IOException {
        int needed = 0;
        for (String file : List.of("bin/java", "lib/libjli.so", "lib/libjava.so", "lib/server/libjvm.so")) {
            if (Files.exists(home.resolve(file))) {
                needed = Math.max(needed, newestGlibc(home.resolve(file)));
            }
        }
        return needed <= GLIBC_OF_IMAGES
                ? new Fine("%s runs in images too.".formatted(home))
                : new Wrong(
                        ("%s is built for a C library of version 2.%d, and that of the images is 2.%d, so the operator would"
                                        + " not start: install Temurin 25 from https://adoptium.net/temurin/releases/?version=25"
                                        + " and set NUAGES_JAVA_HOME to it.")
                                .formatted(home, needed, GLIBC_OF_IMAGES));
    }

    /** What is linked with glibc names the version of it, 2.N, in which each function that it calls came. */
    private static int newestGlibc(Path program) throws IOException {
        try (InputStream bytes = Files.newInputStream(program)) {
            // Linkers put such names before the code.
            String names = new String(bytes.readNBytes(1 << 20), StandardCharsets.ISO_8859_1);
            return GLIBC.matcher(names)
                    .results()
                    .mapToInt(version -> Integer.parseInt(version.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    private static boolean debian(String path) {
        return Stream.of("dpkg", "apt-get").allMatch(program -> Command.isThere(program, path));
    }

    private static Finding packages() throws IOException, InterruptedException {
        Set<String> installed = DebianPackages.installed(PACKAGES);
        return packages(DebianPackages.missing(PACKAGES, installed), DebianPackages.hasDockers(installed));
    }

    static Finding packages(List<String> missing, boolean dockers) {
        if (!missing.isEmpty()) {
            return new Wrong("Missing: " + String.join(", ", missing) + ".");
        }
        return dockers
                ? new Notable(
                        "Docker's containerd.io stands for Debian's containerd and runc, which is meant to work and was"
                                + " not tried: if it fails, see logs/containerd.log.")
                : new Fine("All of them are installed.");
    }

    /** Any pip will do, not only Debian's. */
    private static Finding pip() throws InterruptedException {
        try {
            // To look whether it is there is several times as quick as to ask it for its version.
            Command.run(List.of("python3", "-c", "import importlib.util as u, sys; sys.exit(not u.find_spec('pip'))"));
            return new Fine("python3 has pip.");
        } catch (IOException missing) {
            return new Wrong("Traefik and Caddy come from PyPI, and python3 has no pip.");
        }
    }

    private static Finding ports(Home home) throws IOException {
        Daemons daemons = new Daemons(home);
        Set<String> running = daemons.running();
        return Port.look(
                Port.ALL,
                owner -> owner.equals(Port.PODS)
                        ? daemons.hasShims() || !PodCgroups.of(home).areEmpty()
                        : running.contains(owner));
    }

    private static Finding disk(Home home) throws IOException {
        Files.createDirectories(home.root());
        long free = Files.getFileStore(home.root()).getUsableSpace();
        return disk(home, free, Files.exists(home.kubeconfig()));
    }

    /**
     * @param free bytes
     * @param built whether most of what needs the room is there already
     */
    static Finding disk(Home home, long free, boolean built) {
        String there = "%d GiB are free under %s".formatted(free / GIB, home.root());
        if (!built) {
            return free >= DISK_NEEDED
                    ? new Fine(there + ".")
                    : new Wrong("%s, and %d are needed: make room, or set NUAGES_HOME to another folder."
                            .formatted(there, DISK_NEEDED / GIB));
        }
        if (free < DISK_FULL) {
            return new Wrong(
                    "Less than 1 GiB is free under %s, and what runs writes there: make room.".formatted(home.root()));
        }
        return free < DISK_SCARCE
                ? new Notable("Only %s, and images and databases grow: make room soon.".formatted(there))
                : new Fine(there + ".");
    }
}
