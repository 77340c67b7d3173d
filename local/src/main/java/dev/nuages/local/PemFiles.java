package dev.nuages.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Certificates and keys as text. */
final class PemFiles {
    private PemFiles() {}

    static String privatePem(PrivateKey key) throws IOException {
        return pem(new JcaPKCS8Generator(key, null));
    }

    static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    static X509Certificate certificate(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no certificate", e);
        }
    }

    /** The key to a certificate, in a file of its own. */
    static PrivateKey privateKey(Path file, X509Certificate certificate) throws IOException {
        String base64 = Files.readString(file).replaceAll("-----[^-]+-----|\\s", "");
        try {
            return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " holds no private key that its certificate fits", e);
        }
    }

    /** The IP addresses and DNS names that a certificate's holder serves under. */
    static Set<String> addresses(X509Certificate certificate) throws GeneralSecurityException {
        Set<String> addresses = new HashSet<>();
        var names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                addresses.add(String.valueOf(name.getLast()));
            }
        }
        return addresses;
    }
}
