package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server in this cluster, for development and small sites: one pod with one volume.
 *
 * @param image an image with the contract of Docker's official {@code postgres} in a Debian variant: that of Alpine has
 *     another user. Name the distribution too: where a tag moves to another one, that sorts texts otherwise, and the indexes
 *     of the data that is there are wrong. Default: {@code docker.io/library/postgres:17-bookworm}. The major version cannot
 *     be changed later, for the data's format depends on it.
 * @param storage the size of the volume. Default: 1Gi. Cannot be changed later.
 * @param storageClassName the class of the volume. Default: the cluster's default class. Cannot be changed later.
 * @param resources CPU and memory. Default: requests of 100m and 128Mi, no limits.
 * @param maxConnections how many connections the server takes, the three that it keeps for administrators among them: its
 *     {@code max_connections}. A change starts the server again. Default: PostgreSQL's own, 100.
 * @param pods where its pod may run, and the like. Default: anywhere.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.storage) == has(oldSelf.storage) && (!has(self.storage) ||"
                + " quantity(string(self.storage)).compareTo(quantity(string(oldSelf.storage))) == 0)",
        message = "storage cannot be changed: a StatefulSet's volume keeps its size",
        fieldPath = ".storage")
@ValidationRule(
        value = "has(self.storageClassName) == has(oldSelf.storageClassName)"
                + " && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
        message = "storageClassName cannot be changed: a StatefulSet's volume keeps its class",
        fieldPath = ".storageClassName")
// It is known where an image's tag begins with it.
@ValidationRule(
        value = "(has(self.image) ? self.image : '" + LocalPostgres.DEFAULT_IMAGE + "').find(':[0-9]+[^/:@]*$')"
                + ".find('[0-9]+') == (has(oldSelf.image) ? oldSelf.image : '" + LocalPostgres.DEFAULT_IMAGE
                + "').find(':[0-9]+[^/:@]*$').find('[0-9]+')"
                + " || (has(self.image) && !self.image.matches('^[^@]*:[0-9]+[^/:@]*$'))"
                + " || (has(oldSelf.image) && !oldSelf.image.matches('^[^@]*:[0-9]+[^/:@]*$'))",
        message =
                "the major version of image cannot be changed: another one does not read the data. Make a new server of that"
                        + " version, and move the data by pg_dump and psql",
        fieldPath = ".image")
public record LocalPostgres(
        @Nullable
        @Size(min = 1, max = 512)
        @ValidationRule(
                value = "!self.matches(':[^/:@]*alpine[^/:@]*(@|$)')",
                message =
                        "image must not be of Alpine, whose postgres has another user id than 999, by which the server runs:"
                                + " name a Debian variant, such as postgres:17-bookworm")
        String image,

        @Nullable @ValidationRule(value = Rules.SIZE, message = "storage" + Rules.SIZE_MESSAGE)
        Quantity storage,

        @Nullable @Size(min = 1, max = 253) String storageClassName,
        @Nullable ResourceRequirements resources,
        @Nullable @Min(10) @Max(262143) Integer maxConnections,
        @Nullable ServerPodsSpec pods) {
    /** The image of a server that names none. */
    public static final String DEFAULT_IMAGE = "docker.io/library/postgres:17-bookworm";

    public static final LocalPostgres EMPTY = new LocalPostgres(null, null, null, null, null, null);
}
