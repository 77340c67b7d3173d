package dev.nuages.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The services that Debian packages bring, kept from running: Debian starts and enables what it installs.
 *
 * @param policy the program that Debian asks whether a service may be started
 * @param units the folder in which services are enabled, by links
 * @param disabling disables units
 */
record IdleServices(Path policy, Path units, Disabling disabling) {
    private static final String MARK = "# `nuages up` installs packages, and none of their services is to be started.";

    /** Installs something. */
    @FunctionalInterface
    interface Installation {
        void run() throws IOException, InterruptedException;
    }

    /** Tells which units were installed. */
    @FunctionalInterface
    interface Installed {
        Set<String> units() throws IOException, InterruptedException;
    }

    /** Disables units; one at least. */
    @FunctionalInterface
    interface Disabling {
        void disable(Set<String> units) throws IOException, InterruptedException;
    }

    static IdleServices ofThisMachine() {
        return new IdleServices(
                Path.of("/usr/sbin/policy-rc.d"), Path.of("/etc/systemd/system"), IdleServices::systemctlDisable);
    }

    /**
     * Installs, while no service may be started, and disables those of the installed units that were not enabled before. One
     * that was, such as the administrator's own of the same name, is left alone.
     */
    void during(Installation installation, Installed installed) throws IOException, InterruptedException {
        Set<String> before = enabled();
        String forbidding = forbid();
        try {
            installation.run();
        } finally {
            allow(forbidding);
            // Also of an installation that failed: the next one takes what this one did for the administrator's.
            Set<String> fresh = new TreeSet<>(installed.units());
            fresh.retainAll(enabled());
            fresh.removeAll(before);
            if (!fresh.isEmpty()) {
                disabling.disable(fresh);
            }
        }
    }

    /** Where there is a policy, it holds. */
    private String forbid() throws IOException {
        // 101 says that it is forbidden. Without us, who may be killed, all is as if there was no policy.
        String forbidding = """
                #!/bin/sh
                %s
                [ -d /proc/%d ] && exit 101
                rm -f "$0"
                """.formatted(MARK, ProcessHandle.current().pid());
        if (!Files.exists(policy) || Files.readString(policy).contains(MARK)) {
            Files.writeString(policy, forbidding);
            Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return forbidding;
    }

    private void allow(String forbidding) throws IOException {
        if (Files.exists(policy) && Files.readString(policy).equals(forbidding)) {
            Files.delete(policy);
        }
    }

    /** By links in folders such as multi-user.target.wants. */
    private Set<String> enabled() throws IOException {
        Set<String> names = new TreeSet<>();
        if (Files.isDirectory(units)) {
            try (DirectoryStream<Path> wanting = Files.newDirectoryStream(units, "*.{wants,requires}")) {
                for (Path folder : wanting) {
                    try (DirectoryStream<Path> wanted = Files.newDirectoryStream(folder)) {
                        wanted.forEach(link -> names.add(link.getFileName().toString()));
                    }
                }
            }
        }
        return names;
    }

    private static void systemctlDisable(Set<String> units) throws IOException, InterruptedException {
        if (Files.isExecutable(Path.of("/usr/bin/systemctl"))) {
            List<String> command = new ArrayList<>(List.of("systemctl", "disable"));
            command.addAll(units);
            Command.run(command);
        }
    }
}
