package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentTest {
    @TempDir
    private Path logs;

    @Test
    void aLogGoesOnUntilItIsLongAndIsThenKeptOnceBesideANewOne() throws IOException, InterruptedException {
        say("one");
        say("two");
        assertThat(logs.resolve("etcd.log")).hasContent("one\ntwo\n");
        try (RandomAccessFile log =
                new RandomAccessFile(logs.resolve("etcd.log").toFile(), "rw")) {
            log.setLength(Component.LONG_LOG_BYTES + 1);
        }
        say("three");
        assertThat(logs.resolve("etcd.log")).hasContent("three\n");
        assertThat(Files.size(logs.resolve("etcd.log.1"))).isEqualTo(Component.LONG_LOG_BYTES + 1);
    }

    @Test
    void aFileOfTheProgramsNameWhereOneStandsIsAnother() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path file = Files.createTempFile(here.resolve("target"), "containerd", "");
        Component component =
                new Component("containerd", List.of(here.relativize(file).toString()));
        String there = component.key();
        Files.delete(file);

        assertThat(component.key()).isEqualTo(there);
    }

    @Test
    void theUsersProxiesAreForContainerdAlone() {
        Map<String, String> user = Map.of(
                "https_proxy",
                "http://proxy:3128",
                "HTTP_PROXY",
                "http://proxy:3128",
                "No_Proxy",
                "*",
                "HOME",
                "/root");
        Map<String, String> server = new HashMap<>(user);
        Map<String, String> containerd = new HashMap<>(user);

        new Component("kube-apiserver", List.of("kube-apiserver")).forgetProxies(server);
        new Component("containerd", List.of("containerd")).forgetProxies(containerd);

        assertThat(server).containsOnlyKeys("HOME");
        assertThat(containerd).isEqualTo(user);
    }

    private void say(String word) throws IOException, InterruptedException {
        assertThat(new Component("etcd", List.of("echo", word)).start(logs).waitFor())
                .isZero();
    }
}
