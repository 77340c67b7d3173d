package dev.nuages.core.djangoapp;

import dev.nuages.api.CeleryPoolSpec;
import dev.nuages.api.CelerySpec;
import dev.nuages.api.QueueScaleSpec;
import dev.nuages.core.Secrets;
import dev.nuages.core.keda.ScaledObject;
import dev.nuages.core.keda.TriggerAuthentication;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Lets KEDA choose how many pods a pool of Celery workers has, by the length of its queues. KEDA asks RabbitMQ's
 * management API, for only that tells the tasks in hand too; of Redis it reads the lists that Celery keeps its queues in.
 */
final class QueueScaling {
    private static final int DEFAULT_QUEUE_LENGTH = 10;

    /** What Kubernetes allows for a stabilization window. */
    private static final int LONGEST_WINDOW_SECONDS = 3600;

    private static final int SHORTEST_WINDOW_SECONDS = 300;

    private final Running running;
    private final CelerySpec celery;
    private final DjangoAppObserved.Nested nested;

    private QueueScaling(Running running, CelerySpec celery, DjangoAppObserved.Nested nested) {
        this.running = running;
        this.celery = celery;
        this.nested = nested;
    }

    /** The objects for all pools that scale. */
    static List<HasMetadata> objects(Running running, DjangoAppObserved.Nested nested) {
        var celery = running.processes().celery();
        if (celery == null || running.wish().stopped()) {
            return List.of();
        }
        return new QueueScaling(running, celery, nested).objects();
    }

    /** The pools that ask for it. */
    static List<String> pools(CelerySpec celery) {
        return CeleryPools.pools(celery).entrySet().stream()
                .filter(pool -> byQueues(pool.getValue()).isPresent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private List<HasMetadata> objects() {
        var objects = new ArrayList<HasMetadata>();
        CeleryPools.pools(celery)
                .forEach((name, pool) ->
                        byQueues(pool).ifPresent(scale -> objects.add(scaledObject(name, pool, scale))));
        if (!objects.isEmpty()) {
            objects.addFirst(authentication());
        }
        return objects;
    }

    private static Optional<QueueScaleSpec> byQueues(CeleryPoolSpec pool) {
        return Optional.ofNullable(pool.autoscale()).filter(scale -> scale.targetCpuPercent() == null);
    }

    private boolean redis() {
        return celery.broker() == CelerySpec.Broker.Redis;
    }

    private TriggerAuthentication authentication() {
        var authentication = new TriggerAuthentication();
        authentication.setMetadata(running.metadata("celery"));
        authentication.setSpec(new TriggerAuthentication.Spec(List.of(
                redis()
                        ? new TriggerAuthentication.SecretTarget(
                                "password", running.names().durableRedis() + "-redis", "password")
                        : new TriggerAuthentication.SecretTarget(
                                "host", running.names().app() + "-rabbitmq", "managementUrl"))));
        return authentication;
    }

    private ScaledObject scaledObject(String name, CeleryPoolSpec pool, QueueScaleSpec scale) {
        var component = CeleryPools.component(name);
        var length = String.valueOf(Optional.ofNullable(scale.queueLength()).orElse(DEFAULT_QUEUE_LENGTH));
        var window = Optional.ofNullable(scale.scaleDownSeconds())
                .orElse(stabilizationSeconds(CeleryPools.drainSeconds(pool)));
        var scaled = new ScaledObject();
        scaled.setMetadata(running.metadata(component));
        scaled.setSpec(new ScaledObject.Spec(
                new ScaledObject.Target("apps/v1", "Deployment", running.names().component(component)),
                CeleryPools.fewest(scale),
                scale.maxReplicas(),
                window,
                new ScaledObject.Advanced(
                        Map.of("behavior", Map.of("scaleDown", Map.of("stabilizationWindowSeconds", window)))),
                CeleryPools.queues(name, pool).stream()
                        .map(queue -> redis() ? redisTrigger(queue, length) : rabbitTrigger(queue, length))
                        .toList()));
        return scaled;
    }

    /** The pools whose pods are taken away sooner than their tasks may end: few work, and many are on their way out. */
    static Stream<String> hasty(CelerySpec celery) {
        return new TreeMap<>(CeleryPools.pools(celery)).entrySet().stream().flatMap(pool -> {
            var drain = CeleryPools.drainSeconds(pool.getValue());
            return Stream.ofNullable(pool.getValue().autoscale())
                    .flatMap(scale -> Stream.ofNullable(scale.scaleDownSeconds()))
                    .filter(window -> window < Math.min(LONGEST_WINDOW_SECONDS, drain))
                    .map(window -> "pool " + pool.getKey() + " takes pods away after " + window
                            + " s of less to do (autoscale.scaleDownSeconds), while a task has " + drain
                            + " s to end (drainSeconds): busy workers may be told to end again and again, let it be as"
                            + " long");
        });
    }

    /** At least as long as the drain, so that scaling down does not kill workers that are busy. */
    static int stabilizationSeconds(int drainSeconds) {
        return Math.min(LONGEST_WINDOW_SECONDS, Math.max(SHORTEST_WINDOW_SECONDS, drainSeconds));
    }

    private ScaledObject.Trigger rabbitTrigger(String queue, String length) {
        return trigger(
                "rabbitmq", Map.of("protocol", "http", "mode", "QueueLength", "queueName", queue, "value", length));
    }

    private ScaledObject.Trigger redisTrigger(String queue, String length) {
        return trigger(
                "redis", Map.of("address", text("host") + ":" + text("port"), "listName", queue, "listLength", length));
    }

    private String text(String key) {
        Optional<Secret> connection = nested.durableConnection();
        return connection.flatMap(secret -> Secrets.text(secret, key)).orElse("");
    }

    private ScaledObject.Trigger trigger(String type, Map<String, String> metadata) {
        return new ScaledObject.Trigger(
                type,
                metadata,
                new ScaledObject.AuthenticationRef(running.names().component("celery")));
    }
}
