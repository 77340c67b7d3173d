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

    @Test
    void what_admission_is_recorded_to_have_made_of_an_object_is_left_so() {
        var altered = altered("grey");
        assertThat(effects(true, Optional.of(altered))).isEmpty();
    }

    @Test
    void what_somebody_makes_of_it_then_is_drift_and_the_record_stays() {
        var altered = altered("grey");
        altered.getData().put("sky", "black");
        assertThat(effects(true, Optional.of(altered)))
                .singleElement()
                .isInstanceOfSatisfying(Effect.Apply.class, apply -> {
                    assertThat(apply.drift()).containsExactly("data.sky");
                    assertThat(Alterations.recordedOn(apply.wanted()))
                            .isEqualTo(Alterations.recordedOn(altered))
                            .isNotEqualTo(Alterations.recordedOn(wanted()));
                });
    }

    @Test
    void another_wish_is_applied_where_admission_altered_the_one_before() {
        var upkeep = new Upkeep(app, true);
        upkeep.keep(colours("red"), Optional.of(altered("grey")));
        assertThat(upkeep.effects())
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Apply.class, apply -> assertThat(apply.drift()).isEmpty());
    }

    /** As it is after an apply of which admission made something else, and that was recorded. */
    private ConfigMap altered(String sky) {
        var upkeep = new Upkeep(app, true);
        var wanted = wanted();
        upkeep.keep(wanted, Optional.empty());
        var answer = new ConfigMapBuilder(wanted).addToData("sky", sky).build();
        answer.getMetadata().setUid("uid-of-colours");
        Alterations.byApply(wanted, answer).writeOn(answer);
        return answer;
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
        return colours("blue");
    }

    private ConfigMap colours(String sky) {
        return new ConfigMapBuilder()
                .withMetadata(Ownership.owned(app, "colours", Map.of()))
                .addToData("sky", sky)
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
