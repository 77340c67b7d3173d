package dev.nuages.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The store behind the API server, for one member on the loopback address, with certificates both ways.
 *
 * @param binary etcd itself
 * @param data its folder
 * @param pki the folder with {@code etcd-ca}, {@code etcd} and {@code etcd-client}
 */
record Etcd(Path binary, Path data, Path pki, int clients, int peers) {
    static final String LOOPBACK = "127.0.0.1";

    static void issue(Path pki, java.time.Instant now) throws java.io.IOException {
        Pki authority = Pki.open(pki, "etcd-ca", now);
        authority.issue("etcd", "CN=etcd", List.of(LOOPBACK), now);
        authority.issue("etcd-client", "CN=kube-apiserver-etcd-client", List.of(), now);
    }

    Component component(List<String> more) {
        String clientUrl = "https://%s:%d".formatted(LOOPBACK, clients);
        String peerUrl = "https://%s:%d".formatted(LOOPBACK, peers);
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--name=nuages",
                "--data-dir=" + data,
                "--listen-client-urls=" + clientUrl,
                "--advertise-client-urls=" + clientUrl,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=nuages=" + peerUrl,
                "--cert-file=" + pki.resolve("etcd.crt"),
                "--key-file=" + pki.resolve("etcd.key"),
                "--client-cert-auth",
                "--trusted-ca-file=" + pki.resolve("etcd-ca.crt"),
                "--peer-cert-file=" + pki.resolve("etcd.crt"),
                "--peer-key-file=" + pki.resolve("etcd.key"),
                "--peer-client-cert-auth",
                "--peer-trusted-ca-file=" + pki.resolve("etcd-ca.crt")));
        command.addAll(more);
        return new Component("etcd", command);
    }
}
