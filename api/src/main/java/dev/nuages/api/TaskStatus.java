package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How a scheduled command last went.
 *
 * @param name the command's name in {@code spec.tasks}.
 * @param result how its last run stands.
 * @param startedAt when that run began (RFC 3339, UTC).
 * @param finishedAt when it ended (RFC 3339, UTC).
 * @param message why it failed.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskStatus(
        String name,
        Result result,
        @Nullable String startedAt,
        @Nullable String finishedAt,
        @Nullable String message) {

    /** How a run stands. */
    public enum Result {
        Running,
        Succeeded,
        Failed
    }
}
