package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nuages.core.Effect.Severity;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    @Test
    @DisplayName("of a long traceback the end is told, in as many bytes as the API server takes")
    void longTraceback() {
        var told = Announcements.fitting("Traceback\n" + "é".repeat(2000));
        assertThat(told.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(1024);
        assertThat(told).startsWith("…é").endsWith("é");
    }

    @Test
    @DisplayName("what is told of a long text begins with a whole line, where it has one that fits")
    void wholeLines() {
        assertThat(Announcements.fitting("  File \"models.py\", line 7\n".repeat(60) + "ValueError: no such colour"))
                .matches("…(\n {2}File \"models.py\", line 7)+\nValueError: no such colour");
    }

    @Test
    @DisplayName("an Event that cannot be written holds nothing up")
    void unwritten() {
        var nobody = new ConfigBuilder()
                .withMasterUrl("https://127.0.0.1:1")
                .withRequestRetryBackoffLimit(0)
                .build();
        var about = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("x")
                .withNamespace("shop")
                .withUid("1")
                .endMetadata()
                .build();
        try (var client = new KubernetesClientBuilder().withConfig(nobody).build()) {
            assertThatCode(() -> new Announcements(client, "test")
                            .say(about, Severity.Normal, "Told", "to nobody", "1", Instant.EPOCH))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    @DisplayName("what fits is told as it is")
    void shortMessage() {
        assertThat(Announcements.fitting("version 1.0 serves")).isEqualTo("version 1.0 serves");
    }
}
