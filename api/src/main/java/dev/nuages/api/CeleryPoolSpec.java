package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pool of Celery workers. A field that is not given here is the environment's, and else the default named.
 *
 * @param queues the queues that it works on. Default: the pool's own name; for the pool named {@code default},
 *     {@code celery}, which is Celery's own default queue.
 * @param concurrency how many tasks each pod works on at once. Default: 2.
 * @param pool how it does so: {@code prefork} (processes), {@code threads}, {@code solo}, {@code gevent} or
 *     {@code eventlet}. Default: prefork.
 * @param replicas how many pods. Default: 1. Not together with {@code autoscale}.
 * @param autoscale lets an autoscaler own the number of pods: KEDA's, by the length of the queues, or one by CPU.
 * @param drainSeconds how long tasks in hand may take to end when a pod is stopped; what still runs then is killed, and
 *     given to another worker if the task acknowledges late. Default: 60.
 * @param maxTasksPerChild a process that did so many tasks makes room for a new one, which bounds leaks. Default: none.
 * @param args more arguments for {@code celery worker}, after ours, so that they win. Condition {@code Configured} says
 *     where a field says the same. Never {@code -B}.
 * @param resources CPU and memory of each pod. Default: requests of 100m and 128Mi, no limits.
 * @param pods what its pods have beside what all pods have.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.REPLICAS_OR_AUTOSCALE, message = Rules.REPLICAS_OR_AUTOSCALE_MESSAGE)
public record CeleryPoolSpec(
        @Nullable
        @Size(min = 1, max = 32)
        @ValidationRule(
                value = "self.all(q, q.matches('^[A-Za-z0-9._:-]+$'))",
                message = "queues must be names of letters, digits, '.', '_', ':' and '-'")
        List<@Size(max = 200) String> queues,

        @Nullable @Min(1) @Max(1000) Integer concurrency,
        @Nullable Pool pool,
        @Nullable @Min(0) @Max(1000) Integer replicas,
        @Nullable QueueScaleSpec autoscale,
        @Nullable @Min(0) @Max(604800) Integer drainSeconds,
        @Nullable @Min(1) @Max(1000000) Integer maxTasksPerChild,

        @Nullable
        @Size(max = 64)
        @ValidationRule(
                value = "self.all(a, !a.startsWith('-B') && a != '--beat')",
                message = "args must not have -B: with a beat in each worker all that is scheduled is sent by each of"
                        + " them. Use celery.beat")
        List<@Size(max = 4096) String> args,

        @Nullable ResourceRequirements resources,
        @Nullable ComponentPodsSpec pods) {
    public static final CeleryPoolSpec EMPTY =
            new CeleryPoolSpec(null, null, null, null, null, null, null, null, null, null);

    /** How a worker does several tasks at once, as {@code celery worker --pool} has it. */
    public enum Pool {
        prefork,
        threads,
        solo,
        gevent,
        eventlet
    }
}
