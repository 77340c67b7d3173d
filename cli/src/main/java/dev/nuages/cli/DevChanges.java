package dev.nuages.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches the sources and classes that the operator is made of. */
final class DevChanges implements AutoCloseable {
    private static final List<String> MODULES = List.of("api", "core", "operator");

    private final WatchService watch;
    private final Map<WatchKey, Path> watched = new HashMap<>();

    DevChanges(Path root) throws IOException {
        watch = root.getFileSystem().newWatchService();
        for (String module : MODULES) {
            register(root.resolve(module).resolve("src").resolve("main"));
            register(root.resolve(module).resolve("target").resolve("classes"));
        }
    }

    /** What changed: sources, which need to be compiled, or only classes, as an IDE leaves them. */
    enum Kind {
        SOURCES,
        CLASSES
    }

    /** Waits for a change, and then until nothing more has changed for a while. */
    Kind await(Duration quiet) throws IOException, InterruptedException {
        return rest(quiet, take(watch.take(), Kind.CLASSES));
    }

    /** Compiles. */
    @FunctionalInterface
    interface Compilation {
        /** False if it does not compile. */
        boolean succeeds() throws IOException, InterruptedException;
    }

    /**
     * Has sources compiled that changed, and again where more of them change meanwhile; then leaves out what changed, for
     * it is what the compilation wrote.
     *
     * @return false if they do not compile
     */
    boolean compiled(Kind changed, Duration quiet, Compilation compilation) throws IOException, InterruptedException {
        for (Kind kind = changed; kind == Kind.SOURCES; kind = rest(quiet, Kind.CLASSES)) {
            if (!compilation.succeeds()) {
                return false;
            }
        }
        return true;
    }

    private Kind rest(Duration quiet, Kind before) throws IOException, InterruptedException {
        Kind kind = before;
        for (WatchKey key = next(quiet); key != null; key = next(quiet)) {
            kind = take(key, kind);
        }
        return kind;
    }

    private @Nullable WatchKey next(Duration quiet) throws InterruptedException {
        return watch.poll(quiet.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Kind take(WatchKey key, Kind before) throws IOException {
        Path folder = watched.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (folder != null && event.context() instanceof Path name && Files.isDirectory(folder.resolve(name))) {
                register(folder.resolve(name));
            }
        }
        key.reset();
        boolean source = folder != null && !folder.toString().contains("/target/classes");
        return source ? Kind.SOURCES : before;
    }

    private void register(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path found, BasicFileAttributes attributes) throws IOException {
                WatchKey key = found.register(
                        watch,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
                watched.put(key, found);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
