package dev.nuages.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlterationsTest {
    private final ConfigMap wanted = colours(Map.of("sky", "blue", "sea", "green"));

    @Test
    void a_field_that_an_apply_did_not_make_so_is_admissions_doing() {
        var answer = colours(Map.of("sky", "grey", "sea", "green"));
        var altered = Alterations.byApply(wanted, answer);
        assertThat(altered.paths()).containsExactly("data.sky");
        altered.writeOn(answer);
        assertThat(Drift.between(wanted, answer).none()).isTrue();
        assertThat(Alterations.byApply(wanted, answer).none()).isTrue();
        assertThat(Alterations.recordedOn(answer)).isEqualTo(altered);
    }

    @Test
    void what_is_recorded_holds_for_what_is_wanted_and_what_is_there_and_nothing_else() {
        var answer = colours(Map.of("sky", "grey", "sea", "green"));
        Alterations.byApply(wanted, answer).writeOn(answer);
        assertThat(Drift.between(colours(Map.of("sky", "red")), answer).changed())
                .containsExactly("data.sky");
        var changed = colours(Map.of("sky", "black", "sea", "grey"));
        changed.getMetadata().setAnnotations(answer.getMetadata().getAnnotations());
        assertThat(Drift.between(wanted, changed).changed()).containsExactlyInAnyOrder("data.sky", "data.sea");
    }

    @Test
    void where_admission_answers_otherwise_each_time_all_is_left_to_it() {
        var answer = colours(Map.of("sky", "grey", "sea", "green"));
        Alterations.byApply(wanted, answer).whatever().writeOn(answer);
        answer.getData().put("sky", "black");
        assertThat(Drift.between(wanted, answer).none()).isTrue();
        assertThat(Drift.between(colours(Map.of("sky", "red", "sea", "green")), answer)
                        .changed())
                .containsExactly("data.sky");
    }

    @Test
    void an_item_too_many_is_admissions_if_it_comes_back_when_it_is_taken_out() {
        var answer = colours(Map.of("sky", "blue", "sea", "green", "sun", "yellow"));
        assertThat(Alterations.byApply(wanted, answer).none()).isTrue();
        var altered = Alterations.byRemoval(wanted, answer);
        assertThat(altered.paths()).containsExactly("data.sun");
        altered.writeOn(answer);
        assertThat(Drift.between(wanted, answer).none()).isTrue();

        answer.getData().put("sun", "red");
        assertThat(Drift.between(wanted, answer).extra()).containsExactly("/data/sun");
        assertThat(Alterations.byApply(wanted, answer).none())
                .as("whether somebody's own is taken for admission's")
                .isTrue();
        assertThat(altered.otherwise(wanted, answer).paths())
                .as("what is another again as it is recorded")
                .containsExactly("data.sun");
    }

    @Test
    void of_a_secrets_values_nothing_is_recorded_and_of_its_labels_all() {
        var answer = secret("aGlkZGVu", "grey");
        var altered = Alterations.byApply(secret("cGxhaW4=", "blue"), answer);
        assertThat(altered.paths()).containsExactly("data.key", "metadata.labels.sky");
        assertThat(altered.recordable()).isFalse();
        altered.writeOn(answer);
        assertThat(Drift.between(secret("cGxhaW4=", "blue"), answer).changed()).containsExactly("data.key");
        assertThat(Ownership.annotation(answer, Nuages.ALTERED_ANNOTATION)).doesNotContain("data.key");
        assertThat(altered.whatever().paths()).containsExactly("metadata.labels.sky");
    }

    @Test
    void what_an_older_definition_of_ours_does_not_know_is_not_admissions_doing() {
        assertThat(Alterations.byApply(database("mysite", DeletionPolicy.Delete), database("other", null))
                        .paths())
                .containsExactly("spec.server");
    }

    @Test
    void a_record_that_cannot_be_read_is_none() {
        for (var text : List.of("{", "[1]", "1", "null", "{\"data.sky\": {}}")) {
            var answer = colours(Map.of("sky", "grey"));
            answer.getMetadata().setAnnotations(Map.of(Nuages.ALTERED_ANNOTATION, text));
            assertThat(Drift.between(colours(Map.of("sky", "blue")), answer).changed())
                    .as(text)
                    .containsExactly("data.sky");
        }
    }

    private static HasMetadata database(String server, @Nullable DeletionPolicy policy) {
        var database = new PostgresDatabase();
        database.setMetadata(new ObjectMetaBuilder().withName("mysite").build());
        database.setSpec(new PostgresDatabaseSpec(server, null, null, policy));
        return database;
    }

    private static ConfigMap colours(Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("colours")
                .endMetadata()
                .withData(data)
                .build();
    }

    private static Secret secret(String value, String label) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("colours")
                .addToLabels("sky", label)
                .endMetadata()
                .addToData("key", value)
                .build();
    }
}
