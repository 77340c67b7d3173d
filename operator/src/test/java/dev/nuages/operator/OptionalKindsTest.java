package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.keda.ScaledObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** An operator that has not heard yet whether there is a KEDA must not take the pods that KEDA has started away. */
@Tag("control-plane")
@ResourceLock(OptionalDefinitions.LOCK)
class OptionalKindsTest {
    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    @Test
    void a_kind_of_which_it_is_not_known_yet_whether_it_is_there_is_there_and_cannot_be_read() {
        var told = new CopyOnWriteArrayList<Class<? extends HasMetadata>>();
        try (var client = cluster.operator();
                var caches = new Caches(client, Set.of(), Set.of(), object -> {});
                var kinds = new OptionalKinds(client, caches, List.of(ScaledObject.class), told::add)) {
            assertThat(caches.serves(ScaledObject.class)).isTrue();
            assertThat(caches.knows(ScaledObject.class)).isFalse();
            assertThat(caches.find(ScaledObject.class, "default", "any")).isEmpty();
            assertThat(caches.list(ScaledObject.class, "default", Map.of())).isEmpty();

            kinds.start();
            assertThat(caches.serves(ScaledObject.class)).isFalse();
            assertThat(told).containsExactly(ScaledObject.class);

            try (var _ = OptionalDefinitions.installed(cluster.admin())) {
                Eventually.holds(
                        "what there is of the kind is known",
                        () -> caches.serves(ScaledObject.class) && caches.knows(ScaledObject.class));
            }
            Eventually.holds("it is known that there is none", () -> !caches.serves(ScaledObject.class));
        }
    }
}
