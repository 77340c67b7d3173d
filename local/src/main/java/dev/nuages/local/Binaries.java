package dev.nuages.local;

import dev.nuages.local.images.BuildProcesses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Programs built from source by Go, once for each content of their sources and version of Go. Several clones of the
 * repository share them, and so do homes that link to one another's. One says when it was used last by when it was modified.
 */
public final class Binaries {
    /** Long enough for a clone that is worked on now and then, and few: all of them together have 390 MB. */
    private static final Duration KEPT = Duration.ofDays(30);

    /** Held for a moment by whoever takes what is there, or deletes it; those who build hold one for each program. */
    private static final String LOCK = ".lock";

    private static final Pattern BUILT = Pattern.compile("[a-z-]+-[0-9a-f]{16}");
    private static final Pattern GO_VERSION = Pattern.compile("go1\\.(\\d+)");
    private static final int OLDEST_GO = 26;

    private final Path cache;
    private final BuildProcesses processes;
    private @Nullable String go;

    /** Keeps what was built among what Nuages keeps on this machine. */
    public Binaries(Home home) {
        this.cache = home.binaries();
        this.processes = new BuildProcesses(home.root());
    }

    /**
     * The program, built first if need be. Two processes that want the same one build it once.
     *
     * @throws LocalClusterException if there is no Go of the needed version, or it could not build
     */
    public Path get(GoProgram program, Progress progress) {
        return progress.step("Build " + program.program(), step -> {
            Path built = cache.resolve(program.program() + "-" + contentHash(program, go()));
            Files.createDirectories(cache);
            if (use(built, Instant.now())) {
                step.unchanged("built before");
                return built;
            }
            try (FileChannel channel = opened(cache.resolve("." + program.program() + ".lock"));
                    var _ = channel.lock()) {
                if (!use(built, Instant.now())) {
                    build(program, built, step);
                }
            }
            step.done(built.toString());
            return built;
        });
    }

    /** Whether it is there. Nobody forgets it between the look and the mark that it is used, nor for long after. */
    static synchronized boolean use(Path built, Instant now) throws IOException {
        try (FileChannel channel = opened(built.resolveSibling(LOCK));
                var _ = channel.lock()) {
            if (!Files.isExecutable(built)) {
                return false;
            }
            Files.setLastModifiedTime(built, FileTime.from(now));
            return true;
        }
    }

    /** Deletes what nobody has used for long. A process that still runs one has it to its end. */
    void forgetUnused(Instant now) throws IOException {
        forgetUnused(cache, now.minus(KEPT));
    }

    private static synchronized void forgetUnused(Path cache, Instant since) throws IOException {
        try (FileChannel channel = opened(cache.resolve(LOCK));
                var _ = channel.lock();
                DirectoryStream<Path> files = Files.newDirectoryStream(cache)) {
            for (Path file : files) {
                if (BUILT.matcher(file.getFileName().toString()).matches()
                        && Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static FileChannel opened(Path lock) throws IOException {
        return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private synchronized String go() throws InterruptedException {
        if (go == null) {
            go = goVersion();
        }
        return go;
    }

    /** The version of the Go that is here, such as {@code go1.26.8}. */
    static String goVersion() throws InterruptedException {
        String said;
        try {
            said = Command.run(List.of(Go.program(), "env", "GOVERSION"));
        } catch (IOException e) {
            throw new LocalClusterException(noGo("no go was found on the PATH, nor " + Go.UNPACKED), e);
        }
        return newEnough(said);
    }

    /** What Go says of its version, if the local cluster can be built by it. */
    static String newEnough(String said) {
        Matcher version = GO_VERSION.matcher(said);
        if (!version.find() || Integer.parseInt(version.group(1)) < OLDEST_GO) {
            throw new LocalClusterException(noGo("'" + Go.program() + "' is " + said));
        }
        return said;
    }

    private static String noGo(String found) {
        return "The local cluster is built by Go 1.%d or later, but %s: install it from https://go.dev/dl, or use "
                        .formatted(OLDEST_GO, found)
                + "another cluster by 'nuages up --context NAME --image REF'.";
    }

    private void build(GoProgram program, Path built, Progress.Step step) throws IOException, InterruptedException {
        clearAway(program);
        Path folder = Files.createTempDirectory(cache, unfinished(program));
        Path unfinished = folder.resolve("built");
        for (String source : program.sources()) {
            Path file = folder.resolve(source);
            Files.createDirectories(file.getParent());
            Files.write(file, source(program, source));
        }
        Map<String, String> environment = new HashMap<>(processes.environment());
        environment.putAll(Map.of("CGO_ENABLED", "0", "GOWORK", "off", "GOTMPDIR", folder.toString()));
        environment.put("GOFLAGS", "-trimpath -buildvcs=false -mod=readonly");
        if (program.omission().isPresent()) {
            omit(program.omission().get(), folder, environment);
        }
        AtomicInteger packages = new AtomicInteger();
        Command.run(
                List.of(
                        Go.program(),
                        "build",
                        "-v",
                        "-o",
                        unfinished.toString(),
                        "-ldflags",
                        program.ldflags(),
                        program.goPackage),
                folder,
                environment,
                line -> step.detail("%d packages compiled".formatted(packages.incrementAndGet())));
        WholeFile.put(unfinished, built);
        Teardown.delete(folder);
    }

    /** Builds with a copy of a module that lacks a statement, for Go lets nobody change those that it fetched. */
    private static void omit(GoProgram.Omission omission, Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path copy = folder.resolve("module");
        Path module = GoModules.fetched(folder, omission.module(), environment);
        Command.run(List.of("cp", "-r", "--no-preserve=mode", module.toString(), copy.toString()));
        Path file = copy.resolve(omission.file());
        String source = Files.readString(file);
        String without = source.replace(omission.statement(), "");
        if (without.length() != source.length() - omission.statement().length()) {
            throw new IOException(omission.statement() + " is not there once, in " + omission.file());
        }
        Files.writeString(file, without);
        Command.run(
                List.of(Go.program(), "mod", "edit", "-replace", omission.module() + "=./module"),
                folder,
                environment,
                line -> {});
    }

    /** What a build left that was killed: it had the lock of this program, so it is no longer there. */
    private void clearAway(GoProgram program) throws IOException, InterruptedException {
        processes.endOrphans();
        try (DirectoryStream<Path> left = Files.newDirectoryStream(cache, unfinished(program) + "*")) {
            for (Path folder : left) {
                Teardown.delete(folder);
            }
        }
    }

    private static String unfinished(GoProgram program) {
        return ".building-" + program.program() + "-";
    }

    private static String contentHash(GoProgram program, String go) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update((go
                            + program.goPackage
                            + program.ldflags()
                            + program.omission().map(Object::toString).orElse(""))
                    .getBytes(StandardCharsets.UTF_8));
            for (String source : program.sources()) {
                sha.update(source(program, source));
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] source(GoProgram program, String name) {
        String resource = "go/" + program.module + "/" + name;
        try (InputStream in = Binaries.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
