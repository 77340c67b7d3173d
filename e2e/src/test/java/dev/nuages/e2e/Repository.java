package dev.nuages.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the tests are run. */
final class Repository {
    private Repository() {}

    /** The folder that holds the launcher. */
    static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("nuages"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "not within the repository: " + Path.of("").toAbsolutePath());
    }
}
