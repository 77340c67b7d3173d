package dev.nuages.core.djangoapp;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.MediaVolume;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The volume for uploads. It holds data: nothing but the deletion of its owner, where the policy is Delete, removes it. */
final class Media {
    private Media() {}

    static List<HasMetadata> objects(Wish wish) {
        return DjangoPod.mediaVolume(wish.processes())
                .map(volume -> List.of(claim(wish, volume)))
                .orElse(List.of());
    }

    private static HasMetadata claim(Wish wish, MediaVolume volume) {
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
