package dev.nuages.local.images;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.zip.ZipFile;

/**
 * Tells apart what images are built from: recipe, inputs, build arguments and, through the parent's key, all that lies
 * beneath. Where the files are and when they were written does not matter.
 *
 * @param value 16 hexadecimal digits
 */
record ContentKey(String value) {

    static ContentKey of(Image image) throws IOException {
        MessageDigest sha = sha256();
        try (var out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha))) {
            out.writeUTF(image.name());
            out.writeUTF(image.parent().isPresent() ? of(image.parent().get()).value() : "");
            for (var argument : new TreeMap<>(image.arguments()).entrySet()) {
                out.writeUTF(argument.getKey());
                out.writeUTF(argument.getValue());
            }
            out.writeUTF("recipe");
            for (var file : RecipeFolder.files(image.recipe()).entrySet()) {
                write(out, file.getKey(), file.getValue());
            }
            out.writeUTF("inputs");
            var inputs = new TreeMap<String, Path>();
            image.inputs().forEach(input -> inputs.put(String.valueOf(input.getFileName()), input));
            for (var input : inputs.entrySet()) {
                write(out, input.getKey(), input.getValue());
            }
        }
        return new ContentKey(HexFormat.of().formatHex(sha.digest(), 0, 8));
    }

    /** Lengths go in with the bytes: or one file's end could pass for another's beginning. */
    private static void write(DataOutputStream out, String name, Path file) throws IOException {
        out.writeUTF(name);
        out.writeBoolean(Files.isExecutable(file));
        if (name.endsWith(".jar")) {
            writeEntries(out, file);
        } else {
            out.writeLong(Files.size(file));
            Files.copy(file, out);
        }
    }

    /** A jar is the same if its entries are, whenever it was packed; and their checksums are there to be read. */
    private static void writeEntries(DataOutputStream out, Path jar) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            out.writeInt(zip.size());
            for (var entries = zip.entries(); entries.hasMoreElements(); ) {
                var entry = entries.nextElement();
                out.writeUTF(entry.getName());
                out.writeLong(entry.getSize());
                out.writeLong(entry.getCrc());
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
