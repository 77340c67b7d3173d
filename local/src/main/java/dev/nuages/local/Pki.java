package dev.nuages.local;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority and what it signs, as PEM files {@code NAME.crt} and {@code NAME.key} in one folder. Keys are
 * RSA, since the Java client takes a PKCS #8 key for nothing else, and readable by their owner only.
 */
final class Pki {
    private static final Duration VALID = Duration.ofDays(3650);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);
    private static final SecureRandom RANDOM = new SecureRandom();

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
        KeyPair keys = newKeys();
        X500Name subject = new X500Name("CN=nuages-" + name);
        // Twice as long, so that whatever it signs in its first years does not outlive it.
        var builder = builder(subject, subject, keys.getPublic(), now, VALID.multipliedBy(2))
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
        write(key(name), PemFiles.privatePem(keys.getPrivate()));
        write(certificate(), PemFiles.pem(sign(builder, keys.getPrivate())));
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
        String request = "%s %s by %s".formatted(subject, addresses, PemFiles.fingerprint(certificate()));
        Path issued = folder.resolve(holder + ".issued");
        if (holds(issued, request, now) && Files.exists(key(holder)) && Files.exists(certificate(holder))) {
            return;
        }
        KeyPair keyPair = newKeys();
        X509Certificate authority = PemFiles.certificate(certificate());
        X500Name issuer =
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
        var builder = builder(issuer, new X500Name(subject), keyPair.getPublic(), now, VALID)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
                }));
        if (!addresses.isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names(addresses));
        }
        write(key(holder), PemFiles.privatePem(keyPair.getPrivate()));
        write(certificate(holder), PemFiles.pem(sign(builder, PemFiles.privateKey(key(name)))));
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

    /** A key pair of no certificate, as {@code NAME.key} and {@code NAME.pub}: it signs service account tokens. */
    void signingKey(String holder) throws IOException {
        if (Files.exists(key(holder))) {
            return;
        }
        KeyPair keyPair = newKeys();
        write(folder.resolve(holder + ".pub"), PemFiles.pem(keyPair.getPublic()));
        write(key(holder), PemFiles.privatePem(keyPair.getPrivate()));
    }

    private static GeneralNames names(List<String> addresses) {
        List<GeneralName> names = new ArrayList<>();
        for (String address : addresses) {
            boolean ip = address.matches("[0-9.]+");
            names.add(new GeneralName(ip ? GeneralName.iPAddress : GeneralName.dNSName, address));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey holder, Instant now, Duration valid) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, RANDOM).setBit(119),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(valid)),
                subject,
                holder);
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(org.bouncycastle.cert.X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whole or not at all, and never readable by others. */
    static void write(Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".new");
        Files.writeString(unfinished, text);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
