package dev.nuages.local.images;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A built image.
 *
 * @param ref its name in the cluster, such as {@code nuages.local/redis:7}
 * @param path its docker-archive, which {@code ctr images import} takes
 * @param key the content key of what it was built from, 16 hexadecimal digits
 */
public record ImageArchive(String ref, Path path, String key) {
    private static final String MANIFEST = "manifest.json";
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_BYTES = 12;

    /**
     * What it says of itself in its {@code manifest.json}. Read here and not by tar, for an {@code up} asks it of every image.
     *
     * @throws IOException if it holds none, or is not to be read
     */
    public byte[] manifest() throws IOException {
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] header = new byte[BLOCK];
            while (file.getFilePointer() + BLOCK <= file.length()) {
                file.readFully(header);
                long size = size(header);
                if (text(header, 0, NAME_BYTES).equals(MANIFEST)) {
                    byte[] content = new byte[Math.toIntExact(size)];
                    file.readFully(content);
                    return content;
                }
                file.seek(file.getFilePointer() + (size + BLOCK - 1) / BLOCK * BLOCK);
            }
        }
        throw new IOException(path + " holds no " + MANIFEST);
    }

    /** In octal digits, or, from 8 GiB on, as a number whose first bit is set to tell. */
    private static long size(byte[] header) {
        if (header[SIZE_AT] < 0) {
            return ByteBuffer.wrap(header).getLong(SIZE_AT + SIZE_BYTES - Long.BYTES);
        }
        String octal = text(header, SIZE_AT, SIZE_BYTES).strip();
        return octal.isEmpty() ? 0 : Long.parseLong(octal, 8);
    }

    private static String text(byte[] header, int from, int bytes) {
        String field = new String(header, from, bytes, StandardCharsets.ISO_8859_1);
        int end = field.indexOf(0);
        return end < 0 ? field : field.substring(0, end);
    }
}
