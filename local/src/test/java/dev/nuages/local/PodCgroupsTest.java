package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodCgroupsTest {

    @Test
    @DisplayName("a folder comes before what is in it, and files are none")
    void below(@TempDir Path root) throws IOException {
        Path deep = Files.createDirectories(root.resolve("pod/container"));
        Files.createFile(deep.resolve("cgroup.procs"));
        assertThat(PodCgroups.below(root)).containsExactly(root, root.resolve("pod"), deep);
        assertThat(PodCgroups.below(root.resolve("gone"))).isEmpty();
    }

    @Test
    @DisplayName("folders that go while they are listed do not end the listing")
    void vanishing(@TempDir Path root) throws Exception {
        Path stays = Files.createDirectory(root.resolve("stays"));
        var looked = new AtomicBoolean();
        try (var others = Executors.newSingleThreadExecutor()) {
            var churn = others.submit(() -> {
                while (!looked.get()) {
                    comeAndGo(root);
                }
                return null;
            });
            try {
                for (int i = 0; i < 2000; i++) {
                    assertThat(PodCgroups.below(root)).contains(root, stays);
                }
            } finally {
                looked.set(true);
            }
            churn.get();
        }
    }

    @Test
    @DisplayName("the pods of another kubelet on this machine, and what is above them, stay")
    void strangers(@TempDir Path root) throws IOException {
        Path ours = cgroup(root, "pids/kubepods/burstable/pod1f/0a");
        Path theirs = cgroup(root, "pids/kubepods/burstable/pod2e/0b");
        Path empty = cgroup(root, "memory/kubepods/besteffort/pod1f/0a");
        Path kubelet = Files.createDirectories(root.resolve("kubelet/pods"));
        Files.createDirectory(kubelet.resolve("1f"));

        new PodCgroups(root, kubelet).remove();

        assertThat(ours.getParent()).doesNotExist();
        assertThat(theirs).exists();
        assertThat(empty).doesNotExist();
        assertThat(root.resolve("memory/kubepods")).doesNotExist();
        assertThat(root.resolve("memory")).exists();
    }

    @Test
    @DisplayName("where all controllers are in one place, as in version 2, pods are found there")
    void unified(@TempDir Path root) throws IOException {
        Files.createFile(root.resolve("cgroup.controllers"));
        cgroup(root, "kubepods/pod1f/0a");
        Path theirs = cgroup(root, "system.slice/docker-0c.scope");
        Path kubelet = Files.createDirectories(root.resolve("kubelet/pods"));
        Files.createDirectory(kubelet.resolve("1f"));

        new PodCgroups(root, kubelet).remove();

        assertThat(root.resolve("kubepods")).doesNotExist();
        assertThat(theirs).exists();
    }

    private static Path cgroup(Path root, String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    private static void comeAndGo(Path root) throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(root.resolve("pod" + i).resolve("container"));
        }
        for (int i = 0; i < 20; i++) {
            Files.delete(root.resolve("pod" + i).resolve("container"));
            Files.delete(root.resolve("pod" + i));
        }
    }
}
