package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RabbitmqVhostStatus;
import dev.nuages.api.UnconsumedQueue;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an application says of tasks that nobody takes, through the plans alone. */
class WaitingTasksTest {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = SINCE.plus(Duration.ofMinutes(2));
    private static final String APP = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoApp
            metadata: {name: mysite, namespace: default}
            spec:
              image: mysite
              version: "1.0"
              settings: mysite.settings
              host: mysite.localhost
              celery: {pools: {default: {}, fast: {queues: [mail, fast]}, slow: {queues: [mail], replicas: 0}}}
            """;

    private final SiteInMemory site = new SiteInMemory();

    @BeforeEach
    void ready() {
        site.ready(APP);
    }

    @Test
    @DisplayName("as long as the RabbitMQ has not said anything, nothing is said")
    void silent() {
        assertThat(consumed(plan(LATER))).isEmpty();
        assertThat(plan(LATER).lookAgain()).hasValue(Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("where every task has a worker, that is said, once and without an Event")
    void consumed() {
        says("True", "Consumed");
        var told = plan(LATER);
        assertThat(consumed(told).orElseThrow().getStatus()).isEqualTo("True");
        assertThat(told.effects()).isEmpty();
        assertThat(told.lookAgain()).hasValue(Duration.ofMinutes(5));
        assertThat(plan(LATER).status()).isEqualTo(settled(told).status());
    }

    @Test
    @DisplayName("a pool that starts is given two minutes, after which the plan is made anew")
    void patience() {
        says("True", "Consumed");
        settled(plan(LATER));
        says("False", "NoConsumer", new UnconsumedQueue("celery", 10));
        var early = plan(SINCE.plusSeconds(30));
        assertThat(early.effects()).isEmpty();
        assertThat(early.lookAgain()).hasValue(Duration.ofSeconds(90));
        assertThat(consumed(early).orElseThrow().getStatus()).isEqualTo("True");
        assertThat(early.status()).isEqualTo(site.status());
        assertThat(consumed(plan(LATER)).orElseThrow().getStatus()).isEqualTo("False");
        assertThat(plan(LATER).lookAgain()).hasValue(Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("tasks that no worker takes are said for who is on call, with one Event; the application stays Ready")
    void unconsumed() {
        says("False", "NoConsumer", new UnconsumedQueue("celery", 1), new UnconsumedQueue("payments", 1000));
        var told = plan(LATER);
        var words =
                "queue celery has at least 1 message waiting, and pool default takes from it, but none of its workers"
                        + " is connected: see kubectl -n default logs deployment/mysite-celery-default;"
                        + " queue payments has at least 1000 messages waiting, and no pool of spec.celery.pools takes from it:"
                        + " add it to a pool's queues";
        assertThat(told.effects()).containsExactly(new Effect.Emit(Effect.Severity.Warning, "NoConsumer", words));
        assertThat(told.status().phase()).isEqualTo(Phase.Ready);
        assertThat(consumed(told).orElseThrow().getReason()).isEqualTo("NoConsumer");
        assertThat(consumed(told).orElseThrow().getMessage()).isEqualTo(words);
        settled(told);
        assertThat(plan(LATER).effects()).isEmpty();
        assertThat(plan(LATER).status()).isEqualTo(site.status());
        says("False", "NoConsumer", new UnconsumedQueue("payments", 1000));
        assertThat(plan(LATER).effects())
                .as("another sentence is no other Event")
                .isEmpty();
        says("True", "Consumed");
        settled(plan(LATER));
        says("False", "NoConsumer", new UnconsumedQueue("payments", 1000));
        assertThat(plan(LATER).effects()).as("once more").hasSize(1);
    }

    @Test
    @DisplayName("each pool that listens is named, with why it takes nothing")
    void pools() {
        says("False", "NoConsumer", new UnconsumedQueue("mail", 10));
        assertThat(message())
                .isEqualTo("queue mail has at least 10 messages waiting, and pool fast takes from it, but none of its"
                        + " workers is connected: see kubectl -n default logs deployment/mysite-celery-fast, and pool slow"
                        + " takes from it, but has no pods: set its replicas to 1 or more");
        site.cluster.delete(new ObjectRef(Deployment.class, "default", "mysite-celery-fast"));
        assertThat(message()).contains("and pool fast, which is to take from it, is not deployed yet, and pool slow");
    }

    @Test
    @DisplayName("of a pool that KEDA leaves at none it is said who knows why")
    void scaledToNone() {
        site.change(APP.replace("queues: [mail], replicas: 0", "queues: [mail], autoscale: {maxReplicas: 3}"));
        site.settle();
        site.cluster.get(Deployment.class, "mysite-celery-slow").getSpec().setReplicas(0);
        says("False", "NoConsumer", new UnconsumedQueue("mail", 10));
        assertThat(message())
                .endsWith("see why KEDA leaves it at none with kubectl -n default describe scaledobject"
                        + " mysite-celery-slow");
    }

    @Test
    @DisplayName("what the RabbitMQ does not tell is not known, and no Event")
    void unknown() {
        says("Unknown", "NotKnown");
        var told = plan(LATER);
        assertThat(consumed(told).orElseThrow().getStatus()).isEqualTo("Unknown");
        assertThat(consumed(told).orElseThrow().getMessage()).isEqualTo("RabbitmqVhost mysite: it says so");
        assertThat(told.effects()).isEmpty();
    }

    @Test
    @DisplayName("nothing is said of an application that is stopped, in maintenance, without Celery or with a Redis")
    void notApplicable() {
        says("False", "NoConsumer", new UnconsumedQueue("mail", 10));
        settled(plan(LATER));
        for (var other : List.of(
                APP + "  stopped: true\n",
                APP + "  maintenance: true\n",
                APP.replace("celery: {pools", "celery: {broker: Redis, pools"),
                APP.lines().filter(line -> !line.contains("celery:")).reduce("", (a, b) -> a + b + "\n"))) {
            site.change(other);
            assertThat(consumed(plan(LATER))).as(other).isEmpty();
            assertThat(plan(LATER).effects())
                    .as(other)
                    .noneMatch(effect ->
                            effect instanceof Effect.Emit emit && emit.reason().equals("NoConsumer"));
        }
    }

    private String message() {
        return consumed(plan(LATER)).orElseThrow().getMessage();
    }

    /** Lets the vhost's controller say this of its queues. */
    private void says(String status, String reason, UnconsumedQueue... unconsumed) {
        var vhost = site.cluster.get(RabbitmqVhost.class, "mysite");
        var generation = vhost.getMetadata().getGeneration();
        vhost.setStatus(new RabbitmqVhostStatus(
                null,
                null,
                null,
                null,
                generation,
                List.of(unconsumed),
                List.of(
                        new Condition(SINCE.toString(), "it says so", generation, reason, status, "Consumed"),
                        new Condition(SINCE.toString(), "it is", generation, "Ready", "True", "Ready"))));
    }

    private Plan<DjangoAppStatus> plan(Instant now) {
        var app = site.cluster.get(DjangoApp.class, "mysite");
        return site.kind.plan(app, site.kind.observe(app, site.cluster), now);
    }

    /** Writes the status. */
    private Plan<DjangoAppStatus> settled(Plan<DjangoAppStatus> plan) {
        site.cluster.get(DjangoApp.class, "mysite").setStatus(plan.status());
        return plan;
    }

    private static Optional<Condition> consumed(Plan<DjangoAppStatus> plan) {
        return Conditions.find(plan.status().conditions(), "Consumed");
    }
}
