package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A migrated version with the settings that belong to it.
 *
 * @param image the image with its tag or digest.
 * @param version the version.
 * @param databaseId the database that was migrated, as its server names it; another one must be migrated anew.
 * @param settings the settings module.
 * @param processes its processes.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Release(String image, String version, String databaseId, String settings, Processes processes) {

    /** A status that was written before there were processes is read as one with the defaults. */
    public Release(String image, String version, String databaseId, String settings, @Nullable Processes processes) {
        this.image = image;
        this.version = version;
        this.databaseId = databaseId;
        this.settings = settings;
        this.processes = processes == null ? Processes.EMPTY : processes;
    }
}
