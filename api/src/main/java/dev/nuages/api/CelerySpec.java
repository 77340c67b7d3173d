package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Celery: its broker, its pools of workers and its scheduler. Give {@code celery: {}} to have one pool, named
 * {@code default}, of the queue that Celery itself calls {@code celery}.
 *
 * @param app the Celery application, as {@code celery -A} has it. Default: the package of {@code settings}, such as
 *     {@code mysite}.
 * @param broker what carries the tasks. Default: the environment's, else RabbitMQ.
 * @param visibilityTimeoutSeconds with Redis as broker, a task that is not acknowledged after this is given to another
 *     worker: it must be longer than the longest task, and than the longest {@code eta}, {@code countdown} or delay of a retry.
 *     Default: the environment's, else 3600.
 * @param pools the pools of workers by their names.
 * @param beat the scheduler of periodic tasks. Default: none.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.visibilityTimeoutSeconds) || !has(self.broker) || self.broker == 'Redis'",
        message =
                "visibilityTimeoutSeconds is for Redis as broker: RabbitMQ redelivers when a worker's connection ends")
public record CelerySpec(
        @Nullable
        @Size(max = 253)
        @ValidationRule(
                value = "self.matches('^[A-Za-z_][A-Za-z0-9_.]*(:[A-Za-z_][A-Za-z0-9_]*)?$')",
                message = "app is no Celery application: write it as celery -A has it, such as mysite")
        String app,

        @Nullable Broker broker,
        @Nullable @Min(1) @Max(604800) Integer visibilityTimeoutSeconds,

        @Nullable @Size(min = 1, max = 32) @ValidationRule(value = Rules.NAMES, message = Rules.NAMES_MESSAGE)
        Map<String, CeleryPoolSpec> pools,

        @Nullable BeatSpec beat) {
    public static final CelerySpec EMPTY = new CelerySpec(null, null, null, null, null);

    /** What carries Celery's tasks. */
    public enum Broker {
        RabbitMQ,
        Redis
    }
}
