package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> ADDRESSES = List.of("127.0.0.1", "localhost");

    @TempDir
    Path folder;

    @Test
    @DisplayName("what is issued again as it was stays as it is, by the same authority")
    void again() throws Exception {
        Pki first = Pki.open(folder, "ca", NOW);
        first.issue("server", "CN=server", ADDRESSES, NOW);
        String before = read("server.crt");

        Pki again = Pki.open(folder, "ca", NOW);
        again.issue("server", "CN=server", ADDRESSES, NOW);

        assertThat(read("server.crt")).isEqualTo(before);
        PemFiles.certificate(first.certificate("server"))
                .verify(PemFiles.certificate(again.certificate()).getPublicKey());
    }

    @Test
    @DisplayName("another address, another subject, and old age are reasons for a new one")
    void renewed() throws Exception {
        Pki pki = Pki.open(folder, "ca", NOW);
        pki.issue("server", "CN=server", ADDRESSES, NOW);
        String first = read("server.crt");
        pki.issue("server", "CN=server", List.of("127.0.0.1"), NOW);
        String second = read("server.crt");
        pki.issue("server", "O=system:nodes,CN=server", List.of("127.0.0.1"), NOW);
        String third = read("server.crt");
        pki.issue("server", "O=system:nodes,CN=server", List.of("127.0.0.1"), NOW.plus(Duration.ofDays(3640)));

        assertThat(List.of(first, second, third, read("server.crt"))).doesNotHaveDuplicates();
        assertThat(PemFiles.addresses(PemFiles.certificate(pki.certificate("server"))))
                .containsExactly("127.0.0.1");
    }

    @Test
    @DisplayName("a certificate of another authority, or one without its key, is issued anew")
    void foreign() throws IOException {
        Pki.open(folder, "ca", NOW).issue("server", "CN=server", ADDRESSES, NOW);
        String first = read("server.crt");
        Files.delete(folder.resolve("ca.crt"));
        Pki.open(folder, "ca", NOW).issue("server", "CN=server", ADDRESSES, NOW);
        String second = read("server.crt");
        Files.delete(folder.resolve("server.key"));
        Pki.open(folder, "ca", NOW).issue("server", "CN=server", ADDRESSES, NOW);

        assertThat(List.of(first, second, read("server.crt"))).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName(
            "keys are of an elliptic curve, but an administrator's, with which the Java client reaches the cluster")
    void keys() throws IOException {
        Pki pki = Pki.open(folder, "ca", NOW);
        pki.issue("server", "CN=server", ADDRESSES, NOW);
        pki.issueToAdministrator(NOW);

        assertThat(PemFiles.certificate(pki.certificate("server"))
                        .getPublicKey()
                        .getAlgorithm())
                .isEqualTo("EC");
        assertThat(PemFiles.certificate(pki.certificate("admin")).getPublicKey().getAlgorithm())
                .isEqualTo("RSA");
    }

    @Test
    @DisplayName("an authority of RSA, as all were once, goes on to sign")
    void rsaAuthority() throws Exception {
        var keys = CertificateSigning.newRsaKeys();
        var authority = CertificateSigning.authority("CN=nuages-ca", keys, NOW, Duration.ofDays(1));
        Files.writeString(folder.resolve("ca.key"), PemFiles.privatePem(keys.getPrivate()));
        Files.writeString(folder.resolve("ca.crt"), PemFiles.pem(authority));

        Pki pki = Pki.open(folder, "ca", NOW);
        pki.issue("server", "CN=server", ADDRESSES, NOW);

        var issued = PemFiles.certificate(pki.certificate("server"));
        issued.verify(authority.getPublicKey());
        assertThat(issued.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    }

    private String read(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }
}
