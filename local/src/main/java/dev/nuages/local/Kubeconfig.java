package dev.nuages.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A kubeconfig of one cluster, one user and one context, with the certificates in it. */
final class Kubeconfig {
    private Kubeconfig() {}

    /** @param holder whose certificate, one that the authority has issued */
    static String of(String server, Pki authority, String holder) throws IOException {
        return """
                apiVersion: v1
                kind: Config
                current-context: nuages
                clusters:
                - name: nuages
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                contexts:
                - name: nuages
                  context:
                    cluster: nuages
                    user: %4$s
                users:
                - name: %4$s
                  user:
                    client-certificate-data: %3$s
                    client-key-data: %5$s
                """.formatted(
                        server,
                        base64(authority.certificate()),
                        base64(authority.certificate(holder)),
                        holder,
                        base64(authority.key(holder)));
    }

    private static String base64(Path file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }
}
