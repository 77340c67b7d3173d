package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinariesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String ETCD = "etcd-cb4331452ed3109d";

    @TempDir
    Path root;

    private Home home;

    @BeforeEach
    void home() throws IOException {
        home = new Home(root.resolve("one"));
        Files.createDirectories(home.binaries());
    }

    @Test
    void whatNobodyHasUsedForAMonthIsForgotten() throws IOException {
        built(ETCD, 31);
        built("etcd-0000000000000000", 29);
        built("local-path-provisioner-05d6952cddb8a791", 31);
        new Binaries(home).forgetUnused(NOW);
        assertThat(there()).containsExactly("etcd-0000000000000000");
    }

    @Test
    void oneThatIsUsedAgainStays() throws IOException {
        Path etcd = built(ETCD, 31);
        assertThat(Binaries.use(etcd, NOW)).isTrue();
        new Binaries(home).forgetUnused(NOW);
        assertThat(there()).containsExactly(ETCD);
    }

    @Test
    void oneThatIsForgottenIsToBeBuiltAgain() throws IOException {
        Path etcd = built(ETCD, 31);
        new Binaries(home).forgetUnused(NOW);
        assertThat(Binaries.use(etcd, NOW)).isFalse();
    }

    @Test
    void whatAnotherHomeHasOfTheSameFileStaysThere() throws IOException {
        Path theirs = Files.createDirectories(root.resolve("two")).resolve(ETCD);
        Files.createLink(theirs, built(ETCD, 31));
        new Binaries(home).forgetUnused(NOW);
        assertThat(there()).isEmpty();
        assertThat(Binaries.use(theirs, NOW)).isTrue();
    }

    @Test
    void whatAnotherHomeThatSharesTheFolderUsesStays() throws IOException {
        built(ETCD, 31);
        Home other = new Home(root.resolve("two"));
        Files.createDirectories(other.caches());
        Files.createSymbolicLink(other.binaries(), home.binaries());
        assertThat(Binaries.use(other.binaries().resolve(ETCD), NOW)).isTrue();
        new Binaries(home).forgetUnused(NOW);
        assertThat(there()).containsExactly(ETCD);
    }

    @Test
    void whatIsNotBuiltOrNotDoneIsLeftAlone() throws IOException {
        built(".etcd.lock", 31);
        built(".building-etcd-0123456789abcdef", 31);
        built("etcd", 31);
        built("etcd-cb4331452ed3109d.log", 31);
        List<String> before = there();
        new Binaries(home).forgetUnused(NOW);
        assertThat(there()).isEqualTo(before).hasSize(4);
    }

    private Path built(String name, int daysAgo) throws IOException {
        Path file = Files.writeString(home.binaries().resolve(name), "built");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(daysAgo))));
    }

    /** All that is there but the lock. */
    private List<String> there() throws IOException {
        try (var files = Files.list(home.binaries())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lock"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"go1.26.0", "go1.26.8", "go1.27rc1", "go1.30.1"})
    void goIsNewEnough(String version) {
        assertThat(Binaries.newEnough(version)).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"go1.19.8", "go1.25.9", "go1.2", "devel"})
    void goIsTooOld(String version) {
        assertThatThrownBy(() -> Binaries.newEnough(version))
                .isInstanceOf(LocalClusterException.class)
                .hasMessageContaining("go' is " + version + ": install it from")
                .hasMessageEndingWith("REF'.");
    }
}
