package dev.nuages.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What a server at 127.0.0.1 shows whose certificate is signed by nobody but itself. */
final class SelfSigned {
    private static final String PASSWORD = "changeit";

    private static @Nullable SSLContext once;

    private SelfSigned() {}

    /** Made once, for keytool is a JVM of its own. */
    static synchronized SSLContext context() throws Exception {
        var known = once;
        if (known == null) {
            known = made();
            once = known;
        }
        return known;
    }

    private static SSLContext made() throws Exception {
        Path folder = Files.createTempDirectory("nuages-self-signed");
        Path keys = folder.resolve("keys.p12");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=nobody",
                            "-ext",
                            "SAN=ip:127.0.0.1",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            keys.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
            assertThat(keytool.waitFor()).as(said).isZero();
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } finally {
            Files.deleteIfExists(keys);
            Files.delete(folder);
        }
    }
}
