package dev.nuages.local.images;

import dev.nuages.local.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Builds images with buildah, in a storage of its own, with no daemon.
 *
 * @param storage the folder for layers and working containers
 * @param commands runs buildah
 */
record Buildah(Path storage, Commands commands) {
    private static final Path CERTIFICATES = Path.of("/etc/ssl/certs");

    /** What the image is called in the storage, where two contents of one tag may lie side by side. */
    static String stored(Image image, ContentKey key) {
        return "localhost/" + image.name() + ":" + key.value();
    }

    /** Removes the working containers that an interrupted build left behind. */
    void sweep() throws IOException, InterruptedException {
        run("rm", "--all");
    }

    boolean has(String stored) throws IOException, InterruptedException {
        return commands.succeeds(buildah("inspect", "--type", "image", stored));
    }

    void load(Path archive, String stored) throws IOException, InterruptedException {
        run("tag", run("pull", "--quiet", "docker-archive:" + archive), stored);
    }

    /** Removes the images of a content, and the layers that no other one stands on. */
    void forget(String key) throws IOException, InterruptedException {
        for (String stored :
                run("images", "--format", "{{.Name}}:{{.Tag}}").lines().toList()) {
            if (stored.endsWith(":" + key)) {
                run("rmi", stored);
            }
        }
    }

    /** Builds a context; the image's parent must be in the storage. */
    void build(Image image, ContentKey key, Path context) throws IOException, InterruptedException {
        var command = new ArrayList<>(buildah(
                "build",
                "--isolation",
                "chroot",
                "--network",
                "host",
                "--pull-never",
                "--layers",
                "--format",
                "docker"));
        if (image.parent().isPresent()) {
            Image parent = image.parent().get();
            command.addAll(List.of("--build-arg", "BASE=" + stored(parent, ContentKey.of(parent))));
        }
        for (var argument : new TreeMap<>(image.arguments()).entrySet()) {
            command.addAll(List.of("--build-arg", argument.getKey() + "=" + argument.getValue()));
        }
        if (image.trustsThisMachine() && Files.isDirectory(CERTIFICATES)) {
            command.addAll(List.of("--volume", CERTIFICATES + ":" + CERTIFICATES + ":ro"));
        }
        command.addAll(List.of("--tag", stored(image, key), context.toString()));
        commands.run(command);
    }

    /** Writes an archive under another name first: one that is there is whole. */
    void save(String stored, String ref, Path archive) throws IOException, InterruptedException {
        Path unfinished = archive.resolveSibling("." + archive.getFileName());
        Files.deleteIfExists(unfinished);
        // By its id: by its name the archive would hold that too.
        run(
                "push",
                "--quiet",
                run("images", "--quiet", "--no-trunc", stored),
                "docker-archive:" + unfinished + ":" + ref);
        WholeFile.put(unfinished, archive);
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        return commands.run(buildah(arguments));
    }

    private List<String> buildah(String... arguments) {
        var command = new ArrayList<>(List.of(
                "buildah",
                "--root",
                storage.resolve("root").toString(),
                "--runroot",
                storage.resolve("run").toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
