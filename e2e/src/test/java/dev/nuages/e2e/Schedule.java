package dev.nuages.e2e;

import static dev.nuages.e2e.WholeSite.number;
import static dev.nuages.e2e.WholeSite.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the example site's beat sends: a tick every five seconds, and one at each minute of the clock; as the site counts them. */
record Schedule(Load load) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** As exactly as the site's times are. */
    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    void awaitTicks(Instant since, int ticks) {
        within(PATIENCE).until(() -> number(load.counts(since.toString()), "ticks") >= ticks);
    }

    void awaitMinutes(Instant since, int minutes) {
        within(PATIENCE).until(() -> number(load.counts(since.toString()), "minutes") >= minutes);
    }

    Instant firstMinute(Instant since) {
        return WholeSite.time(load.counts(since.toString()), "first_minute").orElseThrow();
    }

    /**
     * What every scheduler promises: a task that is due at a time of the clock is sent once, late perhaps; one that is due
     * again and again is sent no more often than that, and goes on before a minute could have been missed.
     */
    void assertNoneIsDoubledOrMissed(String counts) {
        assertThat(number(load.counts(Load.EVER), "doubled_minutes")).isZero();
        assertThat(number(counts, "missed_minutes")).isZero();
        assertThat(number(counts, "ticks")).isPositive();
        assertThat(number(counts, "doubled_ticks")).isZero();
        assertThat(number(counts, "longest_gap_seconds")).isLessThan(120);
    }
}
