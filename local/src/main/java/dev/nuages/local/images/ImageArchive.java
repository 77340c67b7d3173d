package dev.nuages.local.images;

import java.nio.file.Path;

/**
 * A built image.
 *
 * @param ref its name in the cluster, such as {@code nuages.local/redis:7}
 * @param path its docker-archive, which {@code ctr images import} takes
 * @param key the content key of what it was built from, 16 hexadecimal digits
 */
public record ImageArchive(String ref, Path path, String key) {}
