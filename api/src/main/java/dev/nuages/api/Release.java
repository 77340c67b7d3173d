package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;

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
public record Release(String image, String version, String databaseId, String settings, Processes processes) {}
