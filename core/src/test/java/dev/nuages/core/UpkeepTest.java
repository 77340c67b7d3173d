package dev.nuages.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
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
