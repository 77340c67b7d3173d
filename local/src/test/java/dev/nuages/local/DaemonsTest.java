package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonsTest {
    private static final Component SLEEPER = new Component("sleeper", List.of("sleep", "600"));

    @TempDir
    Path folder;

    private Daemons daemons;

    @BeforeEach
    void ofAHomeOfTheirOwn() {
        daemons = new Daemons(new Home(folder));
    }

    @AfterEach
    void end() {
        daemons.kill("sleeper", "containerd");
    }

    @Test
    @DisplayName("what runs is not started again, also not by another command line")
    void once() throws Exception {
        assertThat(daemons.ensure(SLEEPER)).isTrue();
        assertThat(daemons.runs("sleeper")).isTrue();
        assertThat(new Daemons(new Home(folder)).ensure(SLEEPER)).isFalse();
        assertThat(new Daemons(new Home(folder.resolve("another"))).runs("sleeper"))
                .isFalse();
    }

    @RepeatedTest(50)
    @DisplayName("what was just started runs, at every moment from then on")
    void atOnce() throws Exception {
        daemons.ensure(SLEEPER);
        for (int look = 0; look < 3; look++) {
            assertThat(daemons.runs("sleeper")).isTrue();
        }
    }

    @Test
    @DisplayName("what was killed is started again")
    void killed() throws Exception {
        daemons.ensure(SLEEPER);
        daemons.kill("sleeper");

        assertThat(daemons.runs("sleeper")).isFalse();
        assertThat(daemons.ensure(SLEEPER)).isTrue();
    }

    @Test
    @DisplayName("what runs with other arguments than it is to is replaced")
    void changed() throws Exception {
        daemons.ensure(SLEEPER);

        assertThat(daemons.ensure(new Component("sleeper", List.of("sleep", "601"))))
                .isTrue();
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").endsWith("sleep 600"))
                        .filter(process -> process.parent()
                                .filter(ProcessHandle.current()::equals)
                                .isPresent())
                        .toList())
                .isEmpty();
    }

    @Test
    @DisplayName("containerd's children outlive it, and are found all the same")
    void children() throws Exception {
        daemons.ensure(new Component("containerd", List.of("sh", "-c", "sleep 600 & exec sleep 600")));
        while (!daemons.hasShims()) {
            Thread.onSpinWait();
        }
        daemons.kill("containerd");

        assertThat(daemons.runs("containerd")).isFalse();
        assertThat(daemons.hasShims()).isTrue();
        daemons.killShims();
        assertThat(daemons.hasShims()).isFalse();
    }

    @Test
    @DisplayName("the key tells of arguments, of the files they name, and of those that are read besides")
    void key() throws Exception {
        Path config = Files.writeString(folder.resolve("config.yaml"), "a: 1");
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), "b: 1");
        Component component = new Component("proxy", List.of("sleep", "--config=" + config), List.of(kubeconfig));
        String before = component.key();
        assertThat(component.key()).isEqualTo(before).matches("[0-9a-f]{16}");

        Files.writeString(config, "a: 2");
        String afterConfig = component.key();
        Files.writeString(kubeconfig, "b: 2");

        assertThat(List.of(before, afterConfig, component.key())).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("a name is no file, whatever lies in the folder that one stands in")
    void name() throws Exception {
        Path here = Path.of("").toAbsolutePath().relativize(folder.resolve("nuages"));
        Component component = new Component("proxy", List.of("sleep", "--name=" + here));
        String before = component.key();
        Files.writeString(folder.resolve("nuages"), "a launcher");

        assertThat(component.key()).isEqualTo(before);
    }
}
