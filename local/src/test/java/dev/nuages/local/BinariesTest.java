package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinariesTest {
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
