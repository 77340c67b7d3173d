package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.core.Effect;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What processes say is told without what they were told in secret, whichever of them failed. */
class RedactionTest {
    private static final String WITH_SECRETS = WHOLE + """
              secrets: [{name: stripe, keys: {STRIPE_API_KEY: api-key}}]
              envFrom: [{secretRef: {name: mail}}, {configMapRef: {name: public}}]
              env: [{name: SIGNING_KEY, valueFrom: {secretKeyRef: {name: signing, key: pem}}}]
            """;

    private final SiteInMemory site = new SiteInMemory();

    @BeforeEach
    void secretsOfTheUsers() {
        secret("stripe", "api-key", "sk_live_abracadabra");
        secret("mail", "EMAIL_PASSWORD", "open-sesame\n");
        secret("mail-short", "EMAIL_PORT", "587");
        secret("signing", "pem", "-----BEGIN KEY-----\nMC4CAQAwBQYDK2Vw\n-----END KEY-----\n");
        site.cluster.put(new ConfigMapBuilder()
                .withMetadata(metadata("public"))
                .withData(Map.of("GREETING", "good morning"))
                .build());
    }

    @Test
    @DisplayName("a failed command's output is told without the secrets of the application and of its user's Secrets")
    void task() {
        site.ready(WITH_SECRETS);
        fails(
                run(),
                "postgres://mysite:s3cret@db:5432/mysite, sk_live_abracadabra, 'open-sesame',"
                        + " MC4CAQAwBQYDK2Vw, good morning");
        site.settle();
        assertThat(taskMessage()).isEqualTo("[redacted], [redacted], '[redacted]', [redacted], good morning");
    }

    @Test
    @DisplayName("what a run was told without stays away when its Secret holds another value, or is named no more")
    void anotherValue() {
        site.ready(WITH_SECRETS);
        fails(run(), "sk_live_abracadabra is refused");
        site.settle();
        secret("stripe", "api-key", "sk_live_hocuspocus");
        site.settle();
        assertThat(taskMessage()).isEqualTo("[redacted] is refused");
        site.change(WHOLE);
        site.settle();
        assertThat(taskMessage()).isEqualTo("[redacted] is refused");
    }

    @Test
    @DisplayName("an output that was cut in the midst of a secret is told without the rest of it")
    void cut() {
        site.ready(WITH_SECRETS);
        fails(run(), "_live_abracadabra is refused");
        site.settle();
        assertThat(taskMessage()).isEqualTo("[redacted] is refused");
    }

    @Test
    @DisplayName("the password in a user's own URL is secret by itself: a traceback may quote what was parsed of it")
    void passwordInUrl() {
        secret("elsewhere", "url", "postgres://shop:hunter2@db.example.org:5432/shop");
        site.ready(WHOLE + "  secrets: [{name: elsewhere, keys: {DATABASE_URL: url}}]\n");
        fails(run(), "{'USER': 'shop', 'PASSWORD': 'hunter2', 'HOST': 'db.example.org'}");
        site.settle();
        assertThat(taskMessage()).isEqualTo("{'USER': 'shop', 'PASSWORD': '[redacted]', 'HOST': 'db.example.org'}");
    }

    @Test
    @DisplayName("a short value is no secret: it may be a word like any other")
    void shortValue() {
        site.ready(WHOLE + "  envFrom: [{secretRef: {name: mail-short}}]\n");
        fails(run(), "port 587 is closed");
        site.settle();
        assertThat(taskMessage()).isEqualTo("port 587 is closed");
    }

    @Test
    @DisplayName("why the superuser could not be made is told without secrets, in the status and in the Event")
    void superuser() {
        site.app(WITH_SECRETS);
        site.settle();
        site.needsReady();
        site.migrated();
        site.rolledOut();
        site.settle();
        site.cluster.takeEffects();
        var job = site.names(Job.class).stream()
                .filter(name -> name.startsWith("mysite-superuser-"))
                .findFirst()
                .orElseThrow();
        fails(
                site.cluster.get(Job.class, job),
                "KeyError: sk_live_abracadabra, " + "k".repeat(Secrets.PASSWORD_LENGTH));
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(site.message()).contains("KeyError: [redacted], [redacted] (");
        assertThat(site.cluster.takeEffects())
                .filteredOn(Effect.Emit.class::isInstance)
                .extracting(effect -> ((Effect.Emit) effect).message())
                .anyMatch(message -> message.contains("KeyError: [redacted], [redacted] ("))
                .noneMatch(message -> message.contains("abracadabra"));
    }

    @Test
    @DisplayName("a failed migration's output is told without the secrets of its user's Secrets")
    void migration() {
        site.app(WITH_SECRETS);
        site.settle();
        site.needsReady();
        site.settle();
        fails(site.currentJob(), "KeyError: sk_live_abracadabra");
        site.settle();
        assertThat(Objects.requireNonNull(site.status().migration()).output()).isEqualTo("KeyError: [redacted]");
    }

    private void secret(String name, String key, String value) {
        site.cluster.put(Secrets.of(metadata(name), Map.of(key, value)));
    }

    private static io.fabric8.kubernetes.api.model.ObjectMeta metadata(String name) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace("default")
                .withLabels(Map.of())
                .build();
    }

    /** A run of the scheduled command, as its CronJob makes one. */
    private Job run() {
        var template =
                site.cluster.get(CronJob.class, "mysite-task-cleanup").getSpec().getJobTemplate();
        return site.cluster.put(new JobBuilder()
                .withMetadata(metadata("mysite-task-cleanup-1"))
                .editMetadata()
                .withLabels(template.getMetadata().getLabels())
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withSpec(template.getSpec())
                .build());
    }

    private void fails(Job job, String output) {
        SiteInMemory.end(job, "Failed");
        site.cluster.put(new PodBuilder()
                .withMetadata(metadata(job.getMetadata().getName() + "-x"))
                .editMetadata()
                .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                .addToLabels("batch.kubernetes.io/job-name", job.getMetadata().getName())
                .endMetadata()
                .withNewStatus()
                .withPhase("Failed")
                .addNewContainerStatus()
                .withState(new ContainerStateBuilder()
                        .withNewTerminated()
                        .withMessage(output)
                        .endTerminated()
                        .build())
                .endContainerStatus()
                .endStatus()
                .build());
    }

    private String taskMessage() {
        return Objects.requireNonNull(
                Objects.requireNonNull(site.status().tasks()).getFirst().message());
    }
}
