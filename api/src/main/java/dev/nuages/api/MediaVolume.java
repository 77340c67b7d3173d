package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/**
 * A volume for uploads, mounted at MEDIA_ROOT ({@code /srv/media}) in every process.
 *
 * @param size its size at least. May be raised later where the class allows it ({@code allowVolumeExpansion}); a volume never
 *     becomes smaller, and one that somebody made larger stays so.
 * @param storageClassName its class. Default: the cluster's default class. Cannot be changed later.
 * @param accessMode {@code ReadWriteMany} where pods of several nodes share it; {@code ReadWriteOnce} holds all pods on
 *     one node. Default: ReadWriteMany. Cannot be changed later.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.storageClassName) == has(oldSelf.storageClassName)"
                + " && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
        message = "storageClassName cannot be changed: the volume keeps its class",
        fieldPath = ".storageClassName")
@ValidationRule(
        value = "has(self.accessMode) == has(oldSelf.accessMode)"
                + " && (!has(self.accessMode) || self.accessMode == oldSelf.accessMode)",
        message = "accessMode cannot be changed: the volume keeps it",
        fieldPath = ".accessMode")
public record MediaVolume(
        @Required @ValidationRule(value = Rules.SIZE, message = "size" + Rules.SIZE_MESSAGE)
        Quantity size,

        @Nullable @Size(min = 1, max = 253) String storageClassName,
        @Nullable AccessMode accessMode) {

    /** Who may mount a volume. */
    public enum AccessMode {
        ReadWriteMany,
        ReadWriteOnce
    }
}
