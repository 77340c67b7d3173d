package dev.nuages.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * What this build is.
 *
 * @param version the project's version, such as {@code 0.1.0}
 * @param commit the commit it was built from, ending in {@code -modified} if the working tree differed from it;
 *     {@code unknown} if the launcher didn't build it
 */
record Release(String version, String commit) {

    /** This build's own, as stamped by the launcher. */
    static Release current() {
        Properties stamped = new Properties();
        try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
            stamped.load(Objects.requireNonNull(in, "release.properties is not in the jar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Release(stamped.getProperty("version"), stamped.getProperty("commit"));
    }

    /** For {@code nuages version}: this build, and the Java it runs on. */
    String describe() {
        return "nuages " + version + " (commit " + commit + ")\njava " + System.getProperty("java.vm.version") + " ("
                + System.getProperty("java.vendor") + ")\n";
    }
}
