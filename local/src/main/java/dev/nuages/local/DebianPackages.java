package dev.nuages.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Packages of this machine's Debian. */
final class DebianPackages {
    /** Held by any apt-get: while it fetches the lists, and while it installs. */
    private static final List<Path> LOCKS =
            List.of(Path.of("/var/lib/apt/lists/lock"), Path.of("/var/lib/dpkg/lock-frontend"));

    private static final Map<String, String> QUIET = Map.of("DEBIAN_FRONTEND", "noninteractive");

    private static final String INSTALLED = " installed";

    /** Docker's package of containerd, which has a runc too and conflicts with Debian's. */
    private static final String DOCKERS = "containerd.io";

    private static final Set<String> OF_DOCKERS = Set.of("containerd", "runc");

    private static final Pattern UNIT = Pattern.compile("(?:/usr)?/lib/systemd/system/([^/]+\\.[a-z]+)");

    private DebianPackages() {}

    /** Those of the given ones that are installed, and Docker's; one installed in half, as apt-get was killed, is not. */
    static Set<String> installed(List<String> names) throws IOException, InterruptedException {
        List<String> query =
                new ArrayList<>(List.of("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n"));
        query.addAll(names);
        query.add(DOCKERS);
        return Command.lines(query).stream()
                .filter(line -> line.endsWith(INSTALLED))
                .map(line -> line.substring(0, line.length() - INSTALLED.length()))
                .collect(Collectors.toSet());
    }

    /** Those that are neither installed nor brought by Docker's. */
    static List<String> missing(List<String> names, Set<String> installed) {
        return names.stream()
                .filter(name -> !installed.contains(name))
                .filter(name -> !(hasDockers(installed) && OF_DOCKERS.contains(name)))
                .toList();
    }

    /** Whether the machine has Docker's own package in place of Debian's, beside which these cannot be. */
    static boolean hasDockers(Set<String> installed) {
        return installed.contains(DOCKERS);
    }

    private static List<String> missing(List<String> names) throws IOException, InterruptedException {
        return missing(names, installed(names));
    }

    /**
     * Installs what is missing of them, after whoever else installs something is done. No service of theirs runs afterwards,
     * nor when the machine starts again: the cluster runs its own.
     */
    static void install(List<String> names) throws IOException, InterruptedException {
        for (Path lock : LOCKS) {
            await(lock);
        }
        List<String> missing = missing(names);
        if (missing.isEmpty()) {
            return;
        }
        IdleServices.ofThisMachine().during(() -> installMissing(names), () -> units(missing));
    }

    private static void installMissing(List<String> names) throws IOException, InterruptedException {
        // What an apt-get that was killed has left half done.
        Command.run(List.of("dpkg", "--configure", "-a"), null, QUIET, line -> {});
        List<String> missing = missing(names);
        if (missing.isEmpty()) {
            return;
        }
        Command.run(List.of("apt-get", "update", "-qq"), null, QUIET, line -> {});
        Command.run(installation(missing), null, QUIET, line -> {});
    }

    /** Takes nothing away for them, such as a Docker that conflicts with one. */
    static List<String> installation(List<String> packages) {
        return Stream.concat(
                        Stream.of(
                                "apt-get",
                                "install",
                                "-y",
                                "-qq",
                                "--no-remove",
                                "--no-install-recommends",
                                "-o",
                                "DPkg::Lock::Timeout=300"),
                        packages.stream())
                .toList();
    }

    /** The names of the units that packages have brought, as far as these are there. */
    private static Set<String> units(List<String> packages) throws IOException, InterruptedException {
        List<String> list = new ArrayList<>(List.of("dpkg-query", "--listfiles"));
        list.addAll(packages);
        return units(Command.lines(list).stream());
    }

    static Set<String> units(Stream<String> files) {
        return files.map(UNIT::matcher)
                .filter(Matcher::matches)
                .map(unit -> unit.group(1))
                .collect(Collectors.toSet());
    }

    private static void await(Path lock) throws IOException {
        if (Files.exists(lock)) {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return;
            }
        }
    }
}
