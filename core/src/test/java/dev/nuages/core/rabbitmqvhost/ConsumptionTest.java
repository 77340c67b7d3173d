package dev.nuages.core.rabbitmqvhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.UnconsumedQueue;
import dev.nuages.core.Conditions;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queue;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queues;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumptionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static Consumption of(boolean all, Queue... waiting) {
        return new Consumption(Optional.of(new Queues(List.of(waiting), all)));
    }

    private static Condition told(Consumption consumption) {
        return consumption.tell(new Conditions(List.of(), 3L, NOW)).list().getFirst();
    }

    @Test
    @DisplayName("queues with a consumer, or without messages, are as they should be")
    void consumed() {
        var right = of(true, new Queue("celery", 1000, 1), new Queue("mail", 0, 0));
        assertThat(right.unconsumed()).isEmpty();
        assertThat(told(right))
                .extracting(
                        Condition::getType,
                        Condition::getStatus,
                        Condition::getReason,
                        Condition::getObservedGeneration)
                .containsExactly("Consumed", "True", "Consumed", 3L);
    }

    @Test
    @DisplayName("queues with messages and without a consumer are named, sorted, each with how many wait at least")
    void unconsumed() {
        var wrong = of(false, new Queue("mail", 345, 0), new Queue("celery", 9, 1), new Queue("bulk", 1, 0));
        assertThat(wrong.unconsumed())
                .containsExactly(new UnconsumedQueue("bulk", 1), new UnconsumedQueue("mail", 100));
        assertThat(told(wrong).getStatus()).isEqualTo("False");
        assertThat(told(wrong).getReason()).isEqualTo("NoConsumer");
        assertThat(told(wrong).getMessage())
                .isEqualTo("queue bulk has at least 1 message waiting, queue mail has at least 100 messages waiting,"
                        + " and no consumer takes them");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "9, 1", "10, 10", "99, 10", "100, 100", "123456, 100000"})
    @DisplayName("a growing queue changes what is said with each power of ten only")
    void magnitudes(long messages, long told) {
        assertThat(Consumption.magnitude(messages)).isEqualTo(told);
        assertThat(Consumption.magnitude(Long.MAX_VALUE)).isEqualTo(1_000_000_000_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "celery@mysite-1.celery.pidbox",
                "6b1f.reply.celery.pidbox",
                "celeryev.6b1f",
                "celery_delayed_0",
                "celery_delayed_27"
            })
    @DisplayName("what waits in Celery's own queues is nobody's loss")
    void celerysOwn(String name) {
        assertThat(told(of(true, new Queue(name, 5, 0))).getStatus()).isEqualTo("True");
        assertThat(told(of(true, new Queue(name + ".mine", 5, 0))).getStatus())
                .isEqualTo(name.startsWith("celeryev.") ? "True" : "False");
    }

    @Test
    @DisplayName("what is not known is not believed to be right")
    void unknown() {
        assertThat(told(new Consumption(Optional.empty())).getStatus()).isEqualTo("Unknown");
        assertThat(told(of(false, new Queue("celery", 5, 1))).getStatus()).isEqualTo("Unknown");
        assertThat(told(of(false, new Queue("celery", 5, 1))).getReason()).isEqualTo("NotKnown");
    }

    @Test
    @DisplayName("of very many queues a status holds the first twenty, and says so")
    void many() {
        var queues = IntStream.range(0, 50)
                .mapToObj(i -> new Queue("q" + (10 + i), 1, 0))
                .toArray(Queue[]::new);
        var wrong = of(true, queues);
        assertThat(wrong.unconsumed()).hasSize(20).first().isEqualTo(new UnconsumedQueue("q10", 1));
        assertThat(told(wrong).getMessage()).endsWith("and no consumer takes them; there may be more");
    }
}
