package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTest {
    @Test
    @DisplayName("the network is another cluster's if its bridge says so, and not if it says nothing or is not there")
    void takenBy(@TempDir Path folder) throws IOException {
        Path alias = folder.resolve("ifalias");
        Path ours = Path.of("/home/me/nuages/cluster");
        assertThat(Network.takenBy(ours, alias)).isEmpty();
        Files.writeString(alias, "\n");
        assertThat(Network.takenBy(ours, alias)).isEmpty();
        Files.writeString(alias, ours + "\n");
        assertThat(Network.takenBy(ours, alias)).isEmpty();
        Files.writeString(alias, "/home/you/nuages/cluster\n");
        assertThat(Network.takenBy(ours, alias)).contains(Path.of("/home/you/nuages/cluster"));
    }
}
