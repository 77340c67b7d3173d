package dev.nuages.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A program of the cluster that runs until it is told to stop.
 *
 * @param name what its log is called
 * @param command the program and its arguments
 * @param reads files it reads as it starts, beside those that its arguments name
 */
record Component(String name, List<String> command, List<Path> reads) {
    /** Some days of the most talkative. */
    static final long LONG_LOG_BYTES = 20 << 20;

    private static final Set<String> PROXIES = Set.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY");

    Component(String name, List<String> command) {
        this(name, command, List.of());
    }

    /** Starts it in a session of its own, so that no terminal's interrupt reaches it, and its output in a log. */
    Process start(Path logs) throws IOException {
        return start(logs, Map.of());
    }

    Process start(Path logs, Map<String, String> environment) throws IOException {
        Files.createDirectories(logs);
        setAside(log(logs));
        List<String> detached = new ArrayList<>(List.of("setsid"));
        detached.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(detached);
        forgetProxies(builder.environment());
        builder.environment().putAll(environment);
        return builder.redirectInput(
                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(logs).toFile()))
                .start();
    }

    /**
     * Lets it have none of the user's proxies, which would be asked for other programs of the cluster. Only containerd keeps
     * them: it speaks to none of those, and gets the images of a site from where they are.
     */
    void forgetProxies(Map<String, String> environment) {
        if (!name.equals("containerd")) {
            environment.keySet().removeIf(variable -> PROXIES.contains(variable.toUpperCase(Locale.ROOT)));
        }
    }

    /** A log that has grown long is begun anew, and its former lines kept once beside it. */
    private static void setAside(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LONG_LOG_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Tells apart what it is started with: its program, its arguments, and what is in the files they name. One that runs
     * with another key is out of date.
     */
    String key() throws IOException {
        MessageDigest sha = sha256();
        Path program = Path.of(command.getFirst());
        // Only absolute ones, here and below: people stand in folders with files of such names, as of our launcher's.
        digest(
                sha,
                program.isAbsolute() && Files.exists(program)
                        ? program.toRealPath().toString()
                        : command.getFirst());
        for (String argument : command) {
            digest(sha, argument);
            Path named = Path.of(argument.substring(argument.indexOf('=') + 1));
            if (!argument.equals(command.getFirst()) && named.isAbsolute() && Files.isRegularFile(named)) {
                digest(sha, Files.readString(named));
            }
        }
        for (Path file : reads) {
            digest(sha, Files.readString(file));
        }
        return HexFormat.of().formatHex(sha.digest(), 0, 8);
    }

    private static void digest(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) ':');
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Path log(Path logs) {
        return logs.resolve(name + ".log");
    }
}
