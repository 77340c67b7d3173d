package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * How patient the probes of a process are that serves requests. A field that is not given here is the environment's, and
 * else the default named.
 *
 * @param startupSeconds how long it may take until it first answers, before it is killed and started anew. Default: 300.
 *     It is asked once a second; each time that it takes the question and is silent, {@code timeoutSeconds} pass instead.
 * @param timeoutSeconds how long an answer may take. Default: 5.
 * @param readinessSeconds one that has given no answer for so long gets no requests until it answers again. Default: 15.
 * @param livenessSeconds one that has given no answer for so long is killed and started anew; 0: it never is. Default: 120.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProbesSpec(
        @Nullable @Min(1) @Max(86400) Integer startupSeconds,
        @Nullable @Min(1) @Max(300) Integer timeoutSeconds,
        @Nullable @Min(1) @Max(3600) Integer readinessSeconds,
        @Nullable @Min(0) @Max(86400) Integer livenessSeconds) {
    public static final ProbesSpec EMPTY = new ProbesSpec(null, null, null, null);
}
