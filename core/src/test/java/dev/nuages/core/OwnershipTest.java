package dev.nuages.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.DjangoApp;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private static final DjangoApp FORMER = owner("1");
    private static final DjangoApp OWNER = owner("2");

    @Test
    @DisplayName("what holds data is known again by the next owner of its name; nothing else is by an annotation")
    void formerOwners() {
        assertThat(Ownership.ours(keptBy(FORMER, new Secret()), OWNER)).isTrue();
        assertThat(Ownership.ours(keptBy(FORMER, new PersistentVolumeClaim()), OWNER))
                .isTrue();
        assertThat(Ownership.ours(keptBy(FORMER, new Service()), OWNER)).isFalse();
        assertThat(Ownership.ours(keptBy(FORMER, new Deployment()), OWNER)).isFalse();
    }

    @Test
    @DisplayName("what refers to its owner by uid is that owner's, and no other's of its name")
    void references() {
        var service = new Service();
        service.setMetadata(Ownership.owned(OWNER, "mysite-web", Map.of()));
        assertThat(Ownership.ours(service, OWNER)).isTrue();
        assertThat(Ownership.ours(service, FORMER)).isFalse();
    }

    private static HasMetadata keptBy(DjangoApp owner, HasMetadata object) {
        object.setMetadata(Ownership.generated(owner, "mysite-data", DeletionPolicy.Retain));
        return object;
    }

    private static DjangoApp owner(String uid) {
        var app = new DjangoApp();
        app.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("mysite")
                .withUid(uid)
                .build());
        return app;
    }
}
