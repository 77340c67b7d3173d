package dev.nuages.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OperatorDockerfilesTest {
    @Test
    void thatForOtherClustersRunsTheOperatorAsTheLocalOneDoes() throws IOException {
        assertThat(howItRuns("operator/Dockerfile")).isEqualTo(howItRuns("local/images/operator/Dockerfile"));
    }

    private static String howItRuns(String dockerfile) throws IOException {
        String text = Files.readString(Path.of("..", dockerfile));
        return text.substring(text.indexOf("\nUSER "));
    }
}
