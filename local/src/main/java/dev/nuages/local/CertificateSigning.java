package dev.nuages.local;

import java.math.BigInteger;
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
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes and signs certificates. Apart from {@link Pki}, which seldom needs it: the library's jar is signed, and to load
 * the first class from it takes a good part of a second.
 */
final class CertificateSigning {
    private static final SecureRandom RANDOM = new SecureRandom();

    private CertificateSigning() {}

    /** On the curve P-256: made and used in a hundredth of the time that RSA takes. */
    static KeyPair newKeys() {
        return newKeys("EC", 256);
    }

    /** For clients that know nothing else. */
    static KeyPair newRsaKeys() {
        return newKeys("RSA", 2048);
    }

    private static KeyPair newKeys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An authority's own. */
    static X509Certificate authority(String subject, KeyPair keys, Instant now, Duration valid) throws CertIOException {
        X500Name name = new X500Name(subject);
        return sign(
                builder(name, name, keys.getPublic(), now, valid)
                        .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                        .addExtension(
                                Extension.keyUsage,
                                true,
                                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature)),
                keys.getPrivate());
    }

    /**
     * One for clients and servers alike.
     *
     * @param addresses IP addresses and DNS names it serves under; none for a client
     */
    static X509Certificate holder(
            String subject,
            List<String> addresses,
            PublicKey holder,
            X509Certificate authority,
            PrivateKey authorityKey,
            Instant now,
            Duration valid)
            throws CertIOException {
        X500Name issuer =
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
        var builder = builder(issuer, new X500Name(subject), holder, now, valid)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
                }));
        if (!addresses.isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names(addresses));
        }
        return sign(builder, authorityKey);
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

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        // An authority from before may be RSA's.
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
