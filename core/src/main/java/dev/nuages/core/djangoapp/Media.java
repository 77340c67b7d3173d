package dev.nuages.core.djangoapp;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.MediaVolume;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Map;
import java.util.Optional;

/**
 * The volume for uploads, which every process mounts, the migration too. It holds data: nothing but the deletion of its
 * owner, where the policy is Delete, removes it.
 */
final class Media {
    private Media() {}

    static Optional<PersistentVolumeClaim> claim(Wish wish) {
        return DjangoPod.mediaVolume(wish.processes()).map(volume -> claim(wish, volume));
    }

    private static PersistentVolumeClaim claim(Wish wish, MediaVolume volume) {
        DeletionPolicy policy = wish.deletionPolicy();
        return new PersistentVolumeClaimBuilder()
                .withMetadata(Ownership.generated(wish.app(), wish.names().media(), policy))
                .withNewSpec()
                .withAccessModes(Optional.ofNullable(volume.accessMode())
                        .orElse(MediaVolume.AccessMode.ReadWriteMany)
                        .name())
                .withStorageClassName(volume.storageClassName())
                .withNewResources()
                .withRequests(Map.of("storage", volume.size()))
                .endResources()
                .endSpec()
                .build();
    }
}
