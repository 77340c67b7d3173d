package dev.nuages.local;

import java.nio.file.Files;
import java.nio.file.Path;

/** The program {@code go}. */
final class Go {
    /** Where go.dev says to unpack it: sudo leaves that folder out of its PATH. */
    static final Path UNPACKED = Path.of("/usr/local/go/bin/go");

    private Go() {}

    /** That of the PATH, else the one that was unpacked; its bare name if there is neither. */
    static String program() {
        return program(System.getenv().getOrDefault("PATH", ""), UNPACKED);
    }

    static String program(String path, Path unpacked) {
        return Files.isExecutable(unpacked) && !Command.isThere("go", path) ? unpacked.toString() : "go";
    }
}
