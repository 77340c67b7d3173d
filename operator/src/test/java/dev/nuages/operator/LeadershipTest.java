package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long a process lives that hears nothing of the lease: no API server is there. */
class LeadershipTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void itLivesWhileTheCachesAreFilledAndNotForEverAfterwards() {
        var configuration = new Configuration("nuages-system", "test", Set.of(), 0, true);
        var nobody = new ConfigBuilder()
                .withMasterUrl("https://127.0.0.1:1")
                .withRequestRetryBackoffLimit(0)
                .build();
        try (var client = new KubernetesClientBuilder().withConfig(nobody).build();
                var leadership = new Leadership(client, configuration, now::get, () -> {}, () -> {})) {
            pass(Duration.ofMinutes(10));
            assertThat(leadership.alive()).as("the lease was not asked for yet").isTrue();
            leadership.start();
            pass(Duration.ofSeconds(29));
            assertThat(leadership.alive()).as("one turn of the lease went by").isTrue();
            pass(Duration.ofSeconds(2));
            assertThat(leadership.alive()).as("two turns went by").isFalse();
            assertThat(leadership.holds()).isFalse();
        }
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }
}
