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
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
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
    private final KeyPair keys;
    private final X509Certificate certificate;

    private Pki(Path folder, String name, KeyPair keys, X509Certificate certificate) {
        this.folder = folder;
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
    }

    /** The authority in this folder, made if it is not there; its own files are {@code NAME.crt} and {@code NAME.key}. */
    static Pki open(Path folder, String name, Instant now) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path certificate = folder.resolve(name + ".crt");
        // Written last: where it is, the key is too.
        return Files.exists(certificate)
                ? read(folder, name, PemFiles.certificate(certificate))
                : create(folder, name, now);
    }

    private static Pki read(Path folder, String name, X509Certificate certificate) throws IOException {
        PrivateKey key = PemFiles.privateKey(folder.resolve(name + ".key"));
        return new Pki(folder, name, new KeyPair(certificate.getPublicKey(), key), certificate);
    }

    private static Pki create(Path folder, String name, Instant now) throws IOException {
        KeyPair keys = newKeys();
        X500Name subject = new X500Name("CN=nuages-" + name);
        var builder = builder(subject, subject, keys, now)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
        X509Certificate certificate = sign(builder, keys.getPrivate());
        write(folder.resolve(name + ".key"), PemFiles.privatePem(keys.getPrivate()));
        write(folder.resolve(name + ".crt"), PemFiles.pem(certificate));
        return new Pki(folder, name, keys, certificate);
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
        if (says(holder, subject, addresses, now)) {
            return;
        }
        KeyPair keyPair = newKeys();
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        var builder = builder(issuer, new X500Name(subject), keyPair, now)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
                }));
        if (!addresses.isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names(addresses));
        }
        write(key(holder), PemFiles.privatePem(keyPair.getPrivate()));
        write(certificate(holder), PemFiles.pem(sign(builder, keys.getPrivate())));
    }

    private boolean says(String holder, String subject, List<String> addresses, Instant now) throws IOException {
        if (!Files.exists(certificate(holder)) || !Files.exists(key(holder))) {
            return false;
        }
        X509Certificate found = PemFiles.certificate(certificate(holder));
        X500Name of = X500Name.getInstance(found.getSubjectX500Principal().getEncoded());
        try {
            found.checkValidity(Date.from(now.plus(RENEWED_BEFORE)));
            found.verify(certificate.getPublicKey());
            return of.equals(new X500Name(subject)) && PemFiles.addresses(found).equals(Set.copyOf(addresses));
        } catch (GeneralSecurityException anotherAuthoritysOrTooOld) {
            return false;
        }
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

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys, Instant now) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, RANDOM).setBit(119),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(VALID)),
                subject,
                keys.getPublic());
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
