package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.WebInMemory.TRACEBACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.MigrationStatus;
import dev.nuages.api.Nuages;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How an application is migrated, while what is migrated already serves on. */
class MigrationsTest {
    private final WebInMemory site = new WebInMemory();

    @Test
    @DisplayName("while the next version migrates, and when that fails, the old one runs just as it was")
    void failedMigration() {
        site.ready();
        var before = site.web();
        site.change("1.1", 3);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        assertThat(site.web().getSpec()).isEqualTo(before.getSpec());
        site.jobEnds("Failed", TRACEBACK);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(site.web().getSpec()).isEqualTo(before.getSpec());
        assertThat(site.migration().state()).isEqualTo(MigrationStatus.State.Failed);
        assertThat(site.migration().output()).contains("ValueError: colour is no colour");
        assertThat(Conditions.find(site.status().conditions(), "Ready")
                        .orElseThrow()
                        .getMessage())
                .contains("ValueError", "version 1.0 serves on", "nuages retry mysite -n default");
        assertThat(site.cluster.takeEffects())
                .filteredOn(Effect.Emit.class::isInstance)
                .extracting(effect -> ((Effect.Emit) effect).reason())
                .contains("MigrationFailed", "Error");
    }

    @Test
    @DisplayName("a failed migration is tried again, once, when it is asked for")
    void retry() {
        site.readyAndFailedToMigrate();
        var failed = site.migration();
        var app = site.app();
        app.getMetadata().setAnnotations(Map.of(Nuages.RETRY_ANNOTATION, "please"));
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        assertThat(site.migration().attempt()).isEqualTo(failed.attempt() + 1);
        assertThat(site.migration().job()).isNotEqualTo(failed.job());
        site.jobEnds("Failed", TRACEBACK);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
    }

    @Test
    @DisplayName("what is migrated is migrated once more when it is asked for, and serves meanwhile")
    void migrateOnceMore() {
        site.ready();
        var before = site.web();
        var done = site.migration();
        site.app().getMetadata().setAnnotations(Map.of(Nuages.RETRY_ANNOTATION, "the database was restored"));
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        assertThat(site.migration().attempt()).isEqualTo(done.attempt() + 1);
        assertThat(site.web().getSpec()).isEqualTo(before.getSpec());
        site.jobEnds("Failed", TRACEBACK);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(site.web().getSpec()).isEqualTo(before.getSpec());
        site.app().getMetadata().setAnnotations(Map.of(Nuages.RETRY_ANNOTATION, "it is mended"));
        site.settle();
        site.jobEnds("Complete", "");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
        assertThat(site.migration().attempt()).isEqualTo(done.attempt() + 2);
    }

    @Test
    @DisplayName("setting the version back after a failed migration needs no migration, and what failed is still told")
    void backToTheOldVersion() {
        site.readyAndFailedToMigrate();
        site.change("1.0", 2);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
        assertThat(Conditions.find(site.status().conditions(), "Migrated")
                        .orElseThrow()
                        .getMessage())
                .isEqualTo(
                        "version 1.0 is migrated; the migration to version 1.1 failed: ValueError: colour is no colour, said k");
    }

    @Test
    @DisplayName("a version that is wished for while another migrates waits for that one to end")
    void changedMindWhileMigrating() {
        site.ready();
        site.change("1.1", 2);
        site.settle();
        site.podRuns();
        var job = site.migration().job();
        site.change("1.2", 2);
        site.settle();
        assertThat(site.migration().job()).isEqualTo(job);
        site.jobEnds("Complete", "");
        site.settle();
        assertThat(site.migration().version()).isEqualTo("1.2");
        assertThat(site.status().release()).isNotNull();
        assertThat(site.status().migratedVersion()).isEqualTo("1.0");
    }

    @Test
    @DisplayName("a Job is made suspended, where none is, and started only while it is that very one")
    void startedOnceMade() {
        site.settle();
        site.databaseReady("db/1");
        site.settle();
        site.cluster.delete(
                ObjectRef.of(site.cluster.get(Job.class, site.migration().job())));
        assertThat(site.plan().effects()).singleElement().isInstanceOfSatisfying(Effect.Create.class, create -> {
            assertThat(((Job) create.wanted()).getSpec().getSuspend()).isTrue();
            site.cluster.put(create.wanted());
        });
        var made = site.cluster.get(Job.class, site.migration().job());
        site.environment("pods: {labels: {team: shop}}");
        assertThat(site.plan().effects()).singleElement().isInstanceOfSatisfying(Effect.Apply.class, start -> {
            assertThat(((Job) start.wanted()).getSpec().getSuspend()).isFalse();
            assertThat(start.seen()).contains(made.getMetadata().getUid());
            assertThat(((Job) start.wanted()).getSpec().getTemplate())
                    .as("which nobody can change")
                    .isEqualTo(made.getSpec().getTemplate());
        });
    }

    @Test
    @DisplayName("a migration has failed when its pod's end is heard of, too, and its last words are told at once")
    void lastWords() {
        site.settle();
        site.databaseReady("db/1");
        site.settle();
        site.podRuns();
        site.jobEnds("Failed");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        site.jobEnds("Failed", "Traceback\nKeyError: 'x'");
        assertThat(site.plan().status().phase()).isEqualTo(Phase.Error);
        assertThat(site.plan().effects())
                .filteredOn(Effect.Emit.class::isInstance)
                .extracting(effect -> ((Effect.Emit) effect).message())
                .anySatisfy(message ->
                        assertThat(message).startsWith("the migration to version 1.0 failed: KeyError: 'x' (see"));
    }

    @Test
    @DisplayName("the end of a Job is recorded only if that Job is just as it was seen")
    void endedAsSeen() {
        site.settle();
        site.databaseReady("db/1");
        site.settle();
        for (var end : List.of("Complete", "Failed")) {
            site.jobEnds(end, "");
            var job = site.cluster.get(Job.class, site.migration().job());
            assertThat(site.plan().confirmations())
                    .contains(new Confirmation.Unchanged(
                            ObjectRef.of(job), job.getMetadata().getResourceVersion()));
        }
    }

    @Test
    @DisplayName("another database under the same name is migrated anew")
    void databaseLost() {
        site.ready();
        site.databaseReady("db/2");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
    }
}
