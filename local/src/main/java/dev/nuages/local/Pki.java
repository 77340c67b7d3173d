package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * A certificate authority and what it signs, as PEM files {@code NAME.crt} and {@code NAME.key} in one folder. Keys
 * are readable by their owner only.
 */
final class Pki {
    /** Whose files an administrator's are. */
    static final String ADMINISTRATOR = "admin";

    private static final Duration VALID = Duration.ofDays(3650);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

    private final Path folder;
    private final String name;

    private Pki(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** The authority in this folder, made if it is not there; its own files are {@code NAME.crt} and {@code NAME.key}. */
    static Pki open(Path folder, String name, Instant now) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Pki pki = new Pki(folder, name);
        // Written last: where it is, the key is too.
        if (!Files.exists(pki.certificate())) {
            pki.create(now);
        }
        return pki;
    }

    private void create(Instant now) throws IOException {
        KeyPair keys = CertificateSigning.newKeys();
        // Twice as long, so that whatever it signs in its first years does not outlive it.
        var certificate = CertificateSigning.authority("CN=nuages-" + name, keys, now, VALID.multipliedBy(2));
        write(key(name), PemFiles.privatePem(keys.getPrivate()));
        write(certificate(), PemFiles.pem(certificate));
    }

    Path certificate() {
        return folder.resolve(name + ".crt");
    }

    Path certificate(String holder) {
        return folder.resolve(holder + ".crt");
    }

    Path key(String holder) {
        return folder.resolve(holder + ".key");
    }

    /**
     * Signs a certificate for clients and servers alike, unless there is one that says the same and holds for a while.
     *
     * @param holder the files' name
     * @param subject such as {@code O=system:masters,CN=admin}
     * @param addresses IP addresses and DNS names it serves under; none for a client
     */
    void issue(String holder, String subject, List<String> addresses, Instant now) throws IOException {
        issue(holder, subject, addresses, CertificateSigning::newKeys, now);
    }

    /**
     * Signs one with which kubectl, and all that is ours, may do everything: an RSA key's, for the Java client takes a PKCS #8
     * key for nothing else.
     */
    void issueToAdministrator(Instant now) throws IOException {
        issue(ADMINISTRATOR, "O=system:masters,CN=admin", List.of(), CertificateSigning::newRsaKeys, now);
    }

    private void issue(String holder, String subject, List<String> addresses, Supplier<KeyPair> newKeys, Instant now)
            throws IOException {
        String request = "%s %s by %s".formatted(subject, addresses, fingerprint(certificate()));
        Path issued = folder.resolve(holder + ".issued");
        if (holds(issued, request, now) && Files.exists(key(holder)) && Files.exists(certificate(holder))) {
            return;
        }
        KeyPair keys = newKeys.get();
        X509Certificate authority = PemFiles.certificate(certificate());
        var certificate = CertificateSigning.holder(
                subject, addresses, keys.getPublic(), authority, PemFiles.privateKey(key(name), authority), now, VALID);
        write(key(holder), PemFiles.privatePem(keys.getPrivate()));
        write(certificate(holder), PemFiles.pem(certificate));
        write(issued, now.plus(VALID) + " " + request);
    }

    /** What was issued is looked up, and not read from the certificate: that takes a second, at each start. */
    private static boolean holds(Path issued, String request, Instant now) throws IOException {
        if (!Files.exists(issued)) {
            return false;
        }
        String[] untilAndRequest = Files.readString(issued).split(" ", 2);
        return untilAndRequest.length == 2
                && untilAndRequest[1].equals(request)
                && Instant.parse(untilAndRequest[0]).isAfter(now.plus(RENEWED_BEFORE));
    }

    /** Tells files apart by what they hold. */
    private static String fingerprint(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key pair of no certificate, as {@code NAME.key} and {@code NAME.pub}: it signs service account tokens. */
    void signingKey(String holder) throws IOException {
        if (Files.exists(key(holder))) {
            return;
        }
        KeyPair keys = CertificateSigning.newKeys();
        write(folder.resolve(holder + ".pub"), PemFiles.pem(keys.getPublic()));
        write(key(holder), PemFiles.privatePem(keys.getPrivate()));
    }

    /** Whole or not at all, and never readable by others. */
    static void write(Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".new");
        Files.writeString(unfinished, text);
        WholeFile.put(unfinished, file);
    }
}
