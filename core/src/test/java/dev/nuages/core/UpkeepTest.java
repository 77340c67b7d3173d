package dev.nuages.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpkeepTest {
    private final DjangoApp app = app();

    @Test
    void what_is_missing_though_all_was_there_was_deleted_by_somebody() {
        assertThat(effects(true, Optional.empty()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Apply.class, apply -> assertThat(apply.drift()).containsExactly("deleted"));
        assertThat(effects(false, Optional.empty()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Apply.class, apply -> assertThat(apply.drift()).isEmpty());
    }

    @Test
    void what_somebody_deletes_is_said_before_it_is_gone_since_nobody_will_know_then() {
        var leaving = wanted();
        leaving.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        assertThat(effects(true, Optional.of(leaving)))
                .containsExactly(new Effect.Emit(
                        Effect.Severity.Normal,
                        "DriftRepaired",
                        "will make ConfigMap/colours again, which is being deleted"));
        assertThat(effects(false, Optional.of(leaving))).isEmpty();
    }

    @Test
    void which_way_a_stateful_set_makes_its_pods_is_left_as_it_was_made_for_it_cant_be_changed() {
        var made = statefulSet("OrderedReady");
        var upkeep = new Upkeep(app, true);
        upkeep.keep(made, Optional.empty());
        var again = new Upkeep(app, true);
        again.keep(statefulSet("Parallel"), Optional.of(made));
        assertThat(again.effects()).isEmpty();
    }

    private StatefulSet statefulSet(String podManagementPolicy) {
        return new StatefulSetBuilder()
                .withMetadata(Ownership.owned(app, "colours", Map.of()))
                .withNewSpec()
                .withPodManagementPolicy(podManagementPolicy)
                .endSpec()
                .build();
    }

    private List<Effect> effects(boolean complete, Optional<ConfigMap> seen) {
        var upkeep = new Upkeep(app, complete);
        upkeep.keep(wanted(), seen);
        return upkeep.effects();
    }

    private ConfigMap wanted() {
        return new ConfigMapBuilder()
                .withMetadata(Ownership.owned(app, "colours", Map.of()))
                .addToData("sky", "blue")
                .build();
    }

    private static DjangoApp app() {
        var app = new DjangoApp();
        app.getMetadata().setName("mysite");
        app.getMetadata().setNamespace("default");
        app.getMetadata().setUid("uid-of-mysite");
        return app;
    }
}
