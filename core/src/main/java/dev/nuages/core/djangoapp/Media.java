package dev.nuages.core.djangoapp;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.MediaVolume;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;

/**
 * The volume for uploads, which every process mounts, the migration too. It holds data: nothing but the deletion of its
 * owner, where the policy is Delete, removes it.
 */
final class Media {
    private Media() {}

    static void keep(Wish wish, DjangoAppObserved seen, Upkeep upkeep) {
        DjangoPod.mediaVolume(wish.processes()).ifPresent(volume -> {
            var ref = new ObjectRef(
                    PersistentVolumeClaim.class,
                    wish.app().getMetadata().getNamespace(),
                    wish.names().media());
            var there = seen.object(ref).map(PersistentVolumeClaim.class::cast);
            upkeep.keep(claim(wish, volume, size(volume, there)), there);
        });
    }

    /** A claim only grows, also by other hands than ours. */
    private static Quantity size(MediaVolume volume, Optional<PersistentVolumeClaim> there) {
        return there.map(claim -> claim.getSpec().getResources().getRequests().get("storage"))
                .filter(size ->
                        size.getNumericalAmount().compareTo(volume.size().getNumericalAmount()) > 0)
                .orElse(volume.size());
    }

    private static PersistentVolumeClaim claim(Wish wish, MediaVolume volume, Quantity size) {
        DeletionPolicy policy = wish.deletionPolicy();
        return new PersistentVolumeClaimBuilder()
                .withMetadata(Ownership.generated(wish.app(), wish.names().media(), policy))
                .withNewSpec()
                .withAccessModes(Optional.ofNullable(volume.accessMode())
                        .orElse(MediaVolume.AccessMode.ReadWriteMany)
                        .name())
                .withStorageClassName(volume.storageClassName())
                .withNewResources()
                .withRequests(Map.of("storage", size))
                .endResources()
                .endSpec()
                .build();
    }
}
