package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The sources of Go modules. */
public final class GoModules {
    private static final Pattern FOLDER = Pattern.compile("(?m)^\\s*\"Dir\": \"([^\"]+)\"");

    private GoModules() {}

    /**
     * The folder in which a module's sources are, fetched first if need be; nothing may be changed in it.
     *
     * @param from a folder whose {@code go.mod} requires it, of a version
     * @param module its path
     * @throws LocalClusterException if it could not be had, or is not what {@code go.sum} says
     */
    public static Path fetched(Path from, String module) {
        try {
            return fetched(from, module, Map.of());
        } catch (IOException e) {
            throw new LocalClusterException(
                    "The Go module %s could not be had: %s".formatted(module, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalClusterException("Interrupted while the Go module " + module + " was fetched.", e);
        }
    }

    static Path fetched(Path from, String module, Map<String, String> environment)
            throws IOException, InterruptedException {
        String said =
                Command.run(List.of(Go.program(), "mod", "download", "-json", module), from, environment, line -> {});
        var folder = FOLDER.matcher(said);
        if (!folder.find()) {
            throw new IOException("go says not where it put it: " + said);
        }
        return Path.of(folder.group(1));
    }
}
