package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldManagersTest {
    private static final List<ManagedFieldsEntry> ENTRIES = List.of(
            entry("nuages", "{\"f:spec\":{\"f:replicas\":{},\"f:strategy\":{}}}"),
            entry(
                    "kubectl-edit",
                    "{\"f:spec\":{\"f:replicas\":{},\"f:template\":{\"f:spec\":{\"f:containers\":"
                            + "{\"k:{\\\"name\\\":\\\"web\\\"}\":{\".\":{},\"f:image\":{}}}}}}}"),
            entry("lens", "{\"f:metadata\":{\"f:labels\":{\"f:app.kubernetes.io/name\":{}}}}"));

    @Test
    void the_manager_that_is_not_us_is_named() {
        assertThat(FieldManagers.of(ENTRIES, "spec.replicas", "nuages")).contains("kubectl-edit");
    }

    @Test
    void list_items_are_found_by_their_keys() {
        assertThat(FieldManagers.of(ENTRIES, "spec.template.spec.containers[web].image", "nuages"))
                .contains("kubectl-edit");
        assertThat(FieldManagers.of(ENTRIES, "spec.template.spec.containers[other].image", "nuages"))
                .isEmpty();
    }

    @Test
    void a_label_may_have_dots_in_its_name() {
        assertThat(FieldManagers.of(ENTRIES, "metadata.labels.app.kubernetes.io/name", "nuages"))
                .contains("lens");
    }

    @Test
    void a_field_that_only_we_have_is_nobodys() {
        assertThat(FieldManagers.of(ENTRIES, "spec.strategy", "nuages")).isEmpty();
        assertThat(FieldManagers.of(null, "spec.strategy", "nuages")).isEmpty();
    }

    @Test
    void what_others_changed_or_took_away_is_ours_no_longer() {
        var entries = List.of(
                entry("nuages", "{\"f:data\":{\"f:config.yaml\":{}}}"),
                entry("kubectl-edit", "{\"f:data\":{\"f:SECRET_KEY\":{}}}"));
        assertThat(FieldManagers.isOf(entries, "data.config.yaml", "nuages")).isTrue();
        assertThat(FieldManagers.isOf(entries, "data.SECRET_KEY", "nuages")).isFalse();
        assertThat(FieldManagers.isOf(entries, "data.DEBUG", "nuages")).isFalse();
        assertThat(FieldManagers.isOf(null, "data.config.yaml", "nuages")).isFalse();
    }

    private static ManagedFieldsEntry entry(String manager, String fields) {
        return new ManagedFieldsEntryBuilder()
                .withManager(manager)
                .withFieldsV1(Serialization.unmarshal(fields, FieldsV1.class))
                .build();
    }
}
