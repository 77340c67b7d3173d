package dev.nuages.local.images;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Builds images, each once for each content, into {@code cache/images/NAME-KEY.tar} under the home. Of each the three that
 * were used last are kept.
 */
public final class ImageBuild {
    private final Archives archives;

    /** Where everything is made that is of no use after a build. */
    private final Path work;

    private final BuildProcesses processes;
    private final Commands commands;
    private final Buildah buildah;
    private final Consumer<String> progress;

    private ImageBuild(Path home, Consumer<String> progress) throws IOException {
        this.archives = new Archives(Files.createDirectories(home.resolve("cache/images")));
        this.work = archives.folder().resolve("work");
        this.processes = new BuildProcesses(home);
        Map<String, String> environment = new HashMap<>(processes.environment());
        environment.put("TMPDIR", work.toString());
        this.commands =
                new Commands(Files.createDirectories(home.resolve("logs")).resolve("images.log"), environment);
        this.buildah = new Buildah(archives.folder().resolve("storage"), commands);
        this.progress = progress;
    }

    /**
     * All the images of the repository, in the order they were built in; a second call finds them and returns at once.
     * Calls from several processes wait for each other.
     *
     * @param root the root of the repository
     * @param home {@code NUAGES_HOME}
     * @param operatorJars the operator's jar and those it needs; none leaves its image out
     * @param progress told one short sentence at a time
     * @throws ImageBuildException if one cannot be built
     */
    public static List<ImageArchive> buildAll(Path root, Path home, List<Path> operatorJars, Consumer<String> progress)
            throws InterruptedException {
        return build(new Images(root).all(operatorJars), home, progress);
    }

    /** As {@link #buildAll}, for these images and those they stand on. */
    public static synchronized List<ImageArchive> build(List<Image> images, Path home, Consumer<String> progress)
            throws InterruptedException {
        try {
            var build = new ImageBuild(home, progress);
            try (var channel = FileChannel.open(
                            build.archives.folder().resolve(".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                build.clearAway();
                // For all that buildah does: it keeps what is on its way there.
                Files.createDirectories(build.work);
                try {
                    var archives = new ArrayList<ImageArchive>();
                    for (Image image : images) {
                        archives.add(build.archive(image));
                    }
                    build.forgetOutlived();
                    return archives;
                } finally {
                    build.delete(build.work);
                }
            }
        } catch (IOException e) {
            throw new ImageBuildException("The images could not be built: " + e, e);
        }
    }

    private ImageArchive archive(Image image) throws IOException, InterruptedException {
        ContentKey key = ContentKey.of(image);
        String ref = image.ref(key);
        Path archive = archives.path(file(image), key);
        if (Files.exists(archive)) {
            archives.used(archive, Instant.now());
        } else {
            long began = System.nanoTime();
            progress.accept("building " + ref);
            store(image, key);
            buildah.save(Buildah.stored(image, key), ref, archive);
            progress.accept("built %s in %d s"
                    .formatted(ref, Duration.ofNanos(System.nanoTime() - began).toSeconds()));
        }
        return new ImageArchive(ref, archive, key.value());
    }

    /** Also what the storage holds of them: layers that others stand on stay. */
    private void forgetOutlived() throws IOException, InterruptedException {
        for (Path archive : archives.outlived()) {
            buildah.forget(Archives.key(archive));
            Files.delete(archive);
        }
    }

    /** Versions of one image have files of their own: 1.1 does not replace 1.0. */
    private static String file(Image image) {
        return image.name() + (image.tag().equals(Image.BY_CONTENT) ? "" : "-" + image.tag());
    }

    /** Builds into the storage, after what the image stands on. */
    private void store(Image image, ContentKey key) throws IOException, InterruptedException {
        if (image.parent().isPresent()) {
            Image parent = image.parent().get();
            ContentKey parentKey = ContentKey.of(parent);
            ImageArchive built = archive(parent);
            if (!buildah.has(Buildah.stored(parent, parentKey))) {
                buildah.load(built.path(), Buildah.stored(parent, parentKey));
            }
        }
        buildah.sweep();
        Path context = Files.createTempDirectory(work, image.name());
        try {
            RecipeFolder.copy(image.recipe(), context);
            image.context().fill(context, commands);
            buildah.build(image, key, context);
        } finally {
            delete(context);
        }
    }

    /** What a build left that was killed: it had our lock, so it is no longer there. */
    private void clearAway() throws IOException, InterruptedException {
        if (Files.exists(work)) {
            processes.endOrphans();
            delete(work);
        }
    }

    /** Not into what is mounted there: that is not the build's. */
    private void delete(Path folder) throws IOException, InterruptedException {
        commands.run(List.of("rm", "-rf", "--one-file-system", folder.toString()));
    }
}
