package dev.nuages.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Files that are there whole or not at all, after a power cut too. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Gives a finished file its name, in place of what had it. Its content is on the disk before its name is: else a power
     * cut soon after could leave an empty file of that name, which would be taken for whole.
     *
     * @param finished in the same folder, or another of the same file system
     */
    public static void put(Path finished, Path file) throws IOException {
        sync(finished, StandardOpenOption.WRITE);
        Files.move(finished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(Objects.requireNonNull(file.toAbsolutePath().getParent()), StandardOpenOption.READ);
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
