package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    @Test
    @DisplayName("of a long traceback the end is told, in as many bytes as the API server takes")
    void longTraceback() {
        var told = Announcements.fitting("Traceback\n" + "é".repeat(2000) + "\nValueError: no such colour");
        assertThat(told.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(1024);
        assertThat(told).startsWith("…").endsWith("é\nValueError: no such colour");
    }

    @Test
    @DisplayName("what fits is told as it is")
    void shortMessage() {
        assertThat(Announcements.fitting("version 1.0 serves")).isEqualTo("version 1.0 serves");
    }
}
