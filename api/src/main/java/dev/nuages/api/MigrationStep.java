package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a migration, with a Job of its own.
 *
 * @param name the hook's name, or {@code migrate}.
 * @param command the hook's management command and its arguments; none for the migration itself.
 * @param timeoutSeconds when the step is given up.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationStep(
        String name,
        @Nullable List<String> command,
        @Nullable Integer timeoutSeconds) {}
