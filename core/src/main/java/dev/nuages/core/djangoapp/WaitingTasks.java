package dev.nuages.core.djangoapp;

import dev.nuages.api.CeleryPoolSpec;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.UnconsumedQueue;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.Effect.Severity;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether workers take the tasks that wait: seen from outside, by what the RabbitMQ knows of its queues, for a probe that
 * asks the broker kills every worker when that blinks. The application's phase does not depend on it.
 *
 * @param of the vhost's own condition
 * @param before the application's condition, if it has it
 */
record WaitingTasks(Wish wish, DjangoAppObserved seen, Condition of, Optional<Condition> before, Instant now) {
    /** The condition's type, of the vhost and of the application. */
    static final String TYPE = "Consumed";

    private static final String REASON = "NoConsumer";

    /** A worker that takes the place of another, or is the first, needs a moment: nobody is to be woken for that. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    /** Empty where nothing is to be said: there is no such broker, no worker, or nothing is to be taken just now. */
    static Optional<WaitingTasks> of(Verdict.Evidence e, @Nullable List<Condition> before) {
        var wish = e.wish();
        if (!wish.rabbitIsBroker() || wish.stopped() || wish.maintenance() || !runs(wish, e.seen())) {
            return Optional.empty();
        }
        return e.seen()
                .nested()
                .rabbit()
                .map(RabbitmqVhost::getStatus)
                .flatMap(status -> Conditions.find(status.conditions(), TYPE))
                .map(of -> new WaitingTasks(wish, e.seen(), of, Conditions.find(before, TYPE), e.now()));
    }

    /** Whether there is a pool: of an application that was not deployed yet nobody expects anything. */
    private static boolean runs(Wish wish, DjangoAppObserved seen) {
        return pools(wish).keySet().stream()
                .anyMatch(pool -> deployment(wish, seen, pool).isPresent());
    }

    void tell(Conditions conditions) {
        switch (of.getStatus()) {
            case "True" ->
                conditions.set(TYPE, true, "Consumed", "wherever tasks wait, there is a worker that takes them");
            case "False" -> {
                if (patience().isEmpty()) {
                    conditions.set(TYPE, false, REASON, words());
                }
            }
            default ->
                conditions.unknown(
                        TYPE, of.getReason(), "RabbitmqVhost " + wish.names().app() + ": " + of.getMessage());
        }
    }

    /** Said once, when it begins to be so. */
    Optional<Effect> event() {
        return of.getStatus().equals("False")
                        && patience().isEmpty()
                        && before.filter(c -> c.getStatus().equals("False")).isEmpty()
                ? Optional.of(new Effect.Emit(Severity.Warning, REASON, words()))
                : Optional.empty();
    }

    /** How long it is still given to pass by itself; until then, what was said stands. Empty where there is no need. */
    Optional<Duration> patience() {
        return Optional.of(of)
                .filter(c -> c.getStatus().equals("False"))
                .map(c -> Duration.between(
                        now, Instant.parse(c.getLastTransitionTime()).plus(GRACE)))
                .filter(Duration::isPositive);
    }

    private String words() {
        var queues = seen.nested()
                .rabbit()
                .map(RabbitmqVhost::getStatus)
                .map(status -> status.unconsumed())
                .orElse(List.of());
        return queues.isEmpty()
                ? "RabbitmqVhost " + wish.names().app() + ": " + of.getMessage()
                : queues.stream().map(this::words).collect(Collectors.joining("; "));
    }

    private String words(UnconsumedQueue queue) {
        var listening = pools(wish).entrySet().stream()
                .filter(pool ->
                        CeleryPools.queues(pool.getKey(), pool.getValue()).contains(queue.name()))
                .map(Map.Entry::getKey)
                .toList();
        var waits = "queue " + queue.name() + " has at least " + queue.messages()
                + (queue.messages() == 1 ? " message" : " messages") + " waiting, ";
        return waits
                + (listening.isEmpty()
                        ? "and no pool of spec.celery.pools takes from it: add it to a pool's queues"
                        : listening.stream().map(this::pool).collect(Collectors.joining(", ")));
    }

    private String pool(String name) {
        var deployment = wish.names().component(CeleryPools.component(name));
        var kubectl = "kubectl -n " + wish.app().getMetadata().getNamespace() + " ";
        var there = deployment(wish, seen, name);
        if (there.isEmpty()) {
            return "and pool " + name + ", which is to take from it, is not deployed yet";
        }
        if (Rollout.asksForPods(there.get())) {
            return "and pool " + name + " takes from it, but none of its workers is connected: see " + kubectl
                    + "logs deployment/" + deployment;
        }
        var scaled = seen.keda()
                && wish.celery().map(QueueScaling::pools).orElse(List.of()).contains(name);
        return "and pool " + name + " takes from it, but has no pods: "
                + (byCpu(name)
                        ? "start them with " + kubectl + "scale deployment " + deployment + " --replicas=1"
                        : scaled
                                ? "see why KEDA leaves it at none with " + kubectl + "describe scaledobject "
                                        + deployment
                                : "set its replicas to 1 or more");
    }

    private boolean byCpu(String pool) {
        return Optional.ofNullable(pools(wish).get(pool))
                .map(CeleryPoolSpec::autoscale)
                .filter(scale -> scale.targetCpuPercent() != null)
                .isPresent();
    }

    private static Optional<Deployment> deployment(Wish wish, DjangoAppObserved seen, String pool) {
        return seen.deployment(wish.names().component(CeleryPools.component(pool)));
    }

    /** By their names. */
    private static TreeMap<String, CeleryPoolSpec> pools(Wish wish) {
        return new TreeMap<>(wish.celery().map(CeleryPools::pools).orElse(Map.of()));
    }
}
