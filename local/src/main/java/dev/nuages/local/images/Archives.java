package dev.nuages.local.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The archives of images that were built, as {@code NAME-KEY.tar} in a folder that several clones of the repository share.
 * One says when it was used last by when it was modified.
 */
record Archives(Path folder) {
    /** Enough for two clones that are worked on in turn, and small: an operator's has 200 MB. */
    private static final int KEPT = 3;

    private static final Pattern FILE = Pattern.compile("(?<name>[^.].*)-(?<key>[0-9a-f]{16})\\.tar");

    Path path(String name, ContentKey key) {
        return folder.resolve(name + "-" + key.value() + ".tar");
    }

    void used(Path archive, Instant now) throws IOException {
        Files.setLastModifiedTime(archive, FileTime.from(now));
    }

    /** Those of each image that others were used after, but for the last three. */
    List<Path> outlived() throws IOException {
        try (var files = Files.list(folder)) {
            return files
                    .filter(file -> FILE.matcher(file.getFileName().toString()).matches())
                    .collect(Collectors.groupingBy(Archives::name))
                    .values()
                    .stream()
                    .flatMap(ofOne -> ofOne.stream()
                            .sorted(Comparator.comparing(Archives::lastUsed).reversed())
                            .skip(KEPT))
                    .sorted()
                    .toList();
        }
    }

    /** The key of the content that an archive is of. */
    static String key(Path archive) {
        return part(archive, "key");
    }

    private static String name(Path archive) {
        return part(archive, "name");
    }

    private static String part(Path archive, String part) {
        var matcher = FILE.matcher(archive.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(archive + " is no archive of an image");
        }
        return matcher.group(part);
    }

    private static FileTime lastUsed(Path archive) {
        try {
            return Files.getLastModifiedTime(archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
