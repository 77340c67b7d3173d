package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How an application becomes ready, and stays it. */
class DjangoAppsTest {
    private final WebInMemory site = new WebInMemory();

    @Test
    @DisplayName("a new application waits for its database, migrates, deploys, is ready, and then nothing is written")
    void fromNothingToReady() {
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Initializing);
        assertThat(site.cluster.find(Job.class, "default", "any")).isEmpty();
        site.databaseReady("db/1");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        assertThat(site.cluster.find(Deployment.class, "default", "mysite-web")).isEmpty();
        site.jobEnds("Complete", "3 migrations are applied.");
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Deploying);
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
        assertThat(site.status().url()).isEqualTo("http://mysite.localhost:8080");
        assertThat(site.status().ready()).isEqualTo("2/2");
        assertThat(site.status().migratedVersion()).isEqualTo("1.0");
        site.cluster.takeEffects();
        assertThat(site.settle()).isZero();
        assertThat(site.cluster.takeEffects()).isEmpty();
    }

    @Test
    @DisplayName("a version runs when it is recorded as migrated, and only if the application is as it was read")
    void recordedBeforeItRuns() {
        site.settle();
        site.databaseReady("db/1");
        site.settle();
        site.jobEnds("Complete", "");
        var recording = site.plan();
        assertThat(recording.effects())
                .filteredOn(Effect.Apply.class::isInstance)
                .extracting(effect -> ((Effect.Apply) effect).wanted())
                .noneMatch(Deployment.class::isInstance);
        assertThat(recording.status().release()).isNotNull();
        site.app().setStatus(recording.status());
        var deploying = site.plan();
        assertThat(deploying.effects())
                .filteredOn(Effect.Apply.class::isInstance)
                .extracting(effect -> ((Effect.Apply) effect).wanted())
                .anyMatch(Deployment.class::isInstance);
        assertThat(deploying.confirmations())
                .contains(new Confirmation.Unchanged(
                        ObjectRef.of(site.app()), site.app().getMetadata().getResourceVersion()));
    }

    @Test
    @DisplayName("it is ready when the pods that were replaced have ended, or should have")
    void formerPods() {
        site.ready();
        for (var gone : Arrays.asList(null, "2026-01-01T00:00:30Z")) {
            site.cluster.put(site.formerPod(gone));
            site.settle();
            assertThat(site.status().phase()).as("told to be gone: " + gone).isEqualTo(Phase.Deploying);
            assertThat(Conditions.find(site.status().conditions(), "Ready")
                            .orElseThrow()
                            .getMessage())
                    .contains("1 that it replaces may still answer");
        }
        site.cluster.put(site.formerPod("2025-12-31T23:59:59Z"));
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
    }

    @Test
    @DisplayName("while nobody knows how its processes should be, what there is stays")
    void nothingIsDeletedUnknown() {
        site.ready();
        site.cluster.delete(ObjectRef.of(site.web()));
        site.cluster.delete(ObjectRef.of(site.cluster.get(Secret.class, "mysite-database")));
        assertThat(site.plan().effects()).noneMatch(Effect.Delete.class::isInstance);
        site.cluster.put(Serialization.unmarshal(
                Serialization.asYaml(site.app()).replaceFirst("(?m)^  host: .*$", ""), DjangoApp.class));
        assertThat(site.plan().effects()).noneMatch(Effect.Delete.class::isInstance);
        assertThat(site.plan().status().phase()).isEqualTo(Phase.Error);
    }

    @Test
    @DisplayName("what somebody deletes comes back, and is said to have been deleted")
    void deletedDeployment() {
        site.ready();
        site.cluster.delete(ObjectRef.of(site.web()));
        site.cluster.takeEffects();
        site.settle();
        assertThat(site.cluster.takeEffects())
                .filteredOn(Effect.Apply.class::isInstance)
                .extracting(effect -> ((Effect.Apply) effect).drift())
                .containsExactly(List.of("deleted"));
        assertThat(site.web().getSpec().getReplicas()).isEqualTo(2);
    }
}
