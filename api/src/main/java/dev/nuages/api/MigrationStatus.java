package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One migration: an image against a database.
 *
 * @param attempt counts the application's migrations, from 1.
 * @param image the image with its tag or digest.
 * @param version the version migrated to.
 * @param databaseId the database migrated.
 * @param steps what is run, one after the other, where there is more than the migration itself.
 * @param step which of the steps it has come to, from 0.
 * @param job the name of that step's Job; its pod's log holds the whole output.
 * @param state how it stands.
 * @param startedAt when it was asked for (RFC 3339, UTC).
 * @param finishedAt when its end was seen (RFC 3339, UTC).
 * @param output the last lines of its output, when it failed; what it found, when it succeeded.
 * @param generation the generation of the spec that asked for it; a failed one is tried again for another.
 * @param retry the value of the annotation nuages.dev/retry when it was asked for; a failed one is tried again for
 *     another.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationStatus(
        int attempt,
        String image,
        String version,
        String databaseId,
        @Nullable List<MigrationStep> steps,
        @Nullable Integer step,
        String job,
        State state,
        @Nullable String startedAt,
        @Nullable String finishedAt,
        @Nullable String output,
        @Nullable Long generation,
        @Nullable String retry) {

    /** How a migration stands. */
    public enum State {
        Running,
        Succeeded,
        Failed
    }
}
