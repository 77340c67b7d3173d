package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an application is now.
 *
 * @param phase where the application is on its way.
 * @param ready how many web pods are available, of how many wanted, such as {@code 3/3}. While a version is
 *     deployed, or has failed to be, those of the one before count: {@code release} says which serves.
 * @param url where the site answers.
 * @param observedGeneration the generation of the spec that this status speaks of.
 * @param migratedVersion the version that the database was last migrated to.
 * @param release what runs: the parts of the spec that belong to the migrated version. Until the next version is
 *     migrated, its processes are exactly these.
 * @param migration the last migration, running or ended.
 * @param deploy how far the release has got.
 * @param superuser the superuser that was made, and in which database.
 * @param tasks how the scheduled commands last went.
 * @param conditions Ready, Progressing and Degraded, and one for each need.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DjangoAppStatus(
        @Nullable Phase phase,
        @Nullable String ready,
        @Nullable String url,
        @Nullable Long observedGeneration,
        @Nullable String migratedVersion,
        @Nullable Release release,
        @Nullable MigrationStatus migration,
        @Nullable DeployStatus deploy,
        @Nullable String superuser,
        @Nullable List<TaskStatus> tasks,
        @Nullable List<Condition> conditions) {
    public static final DjangoAppStatus EMPTY =
            new DjangoAppStatus(null, null, null, null, null, null, null, null, null, null, null);

    /** Where an application is on its way. */
    public enum Phase {
        /** Secrets, configuration, database and cache are being made. */
        Initializing,
        /** The migrations of the wanted version run; the former version serves. */
        Migrating,
        /** The processes of the wanted version are being rolled out. */
        Deploying,
        /** All of it is true now. */
        Ready,
        /** Nothing runs, as {@code spec.stopped} asks; the data is kept. */
        Stopped,
        /** Nothing is looked at or changed, as {@code spec.paused} asks: what ran before runs on, as well as it can. */
        Paused,
        /** Something failed that does not mend by itself: the Ready condition says what, and what to do. */
        Error
    }
}
