package dev.nuages.local.images;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The folder of a Dockerfile, less what its {@code .dockerignore} names (patterns as Docker's, but no {@code !}). */
final class RecipeFolder {
    private RecipeFolder() {}

    /** The files of the build context by their paths in the folder, with {@code /} between the parts. */
    static SortedMap<String, Path> files(Path folder) throws IOException {
        List<PathMatcher> ignored = ignored(folder.resolve(".dockerignore"));
        var files = new TreeMap<String, Path>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return isIgnored(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!isIgnored(file)) {
                    files.put(folder.relativize(file).toString().replace('\\', '/'), file);
                }
                return FileVisitResult.CONTINUE;
            }

            private boolean isIgnored(Path path) {
                Path inside = folder.relativize(path);
                return ignored.stream().anyMatch(pattern -> pattern.matches(inside));
            }
        });
        return files;
    }

    /** Copies the build context, so that nothing is added to the folder itself. */
    static void copy(Path folder, Path target) throws IOException {
        for (var file : files(folder).entrySet()) {
            Path copy = target.resolve(file.getKey());
            Files.createDirectories(copy.resolveSibling("."));
            Files.copy(file.getValue(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static List<PathMatcher> ignored(Path dockerignore) throws IOException {
        var patterns = new ArrayList<PathMatcher>();
        if (!Files.exists(dockerignore)) {
            return patterns;
        }
        for (String line : Files.readAllLines(dockerignore)) {
            String pattern = line.strip();
            if (pattern.isEmpty() || pattern.startsWith("#")) {
                continue;
            }
            patterns.add(FileSystems.getDefault().getPathMatcher("glob:" + pattern));
            // Docker's leading ** stands for no folder as well.
            if (pattern.startsWith("**/")) {
                patterns.add(FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(3)));
            }
        }
        return patterns;
    }
}
