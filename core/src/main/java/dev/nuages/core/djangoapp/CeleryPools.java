package dev.nuages.core.djangoapp;

import dev.nuages.api.AutoscaleSpec;
import dev.nuages.api.CeleryPoolSpec;
import dev.nuages.api.CelerySpec;
import dev.nuages.api.QueueScaleSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pools of Celery workers. */
final class CeleryPools {
    private static final int DEFAULT_DRAIN_SECONDS = 60;

    private CeleryPools() {}

    /**
     * The Deployments.
     *
     * @param keda whether KEDA is there to own the number of pods where a pool asks for it
     */
    static List<HasMetadata> objects(Running running, boolean keda) {
        var celery = running.processes().celery();
        if (celery == null) {
            return List.of();
        }
        var objects = new ArrayList<HasMetadata>();
        pools(celery).forEach((name, pool) -> objects.addAll(objects(running, celery, name, pool, keda)));
        return objects;
    }

    static Map<String, CeleryPoolSpec> pools(CelerySpec celery) {
        return Optional.ofNullable(celery.pools()).orElse(Map.of());
    }

    static String component(String pool) {
        return "celery-" + pool;
    }

    /** The Celery application, as {@code celery -A} has it. */
    static String application(Running running, CelerySpec celery) {
        return Optional.ofNullable(celery.app()).orElse(running.module());
    }

    /** The queues of a pool: Celery itself calls its default queue {@code celery}. */
    static List<String> queues(String name, CeleryPoolSpec pool) {
        return Optional.ofNullable(pool.queues()).orElse(List.of(name.equals(Defaults.POOL) ? "celery" : name));
    }

    static int concurrency(CeleryPoolSpec pool) {
        return pool.pool() == CeleryPoolSpec.Pool.solo
                ? 1
                : Optional.ofNullable(pool.concurrency()).orElse(2);
    }

    /** A green thread ends with its task, and would leave its connection behind. */
    private static boolean keepsConnections(CeleryPoolSpec pool) {
        return pool.pool() != CeleryPoolSpec.Pool.gevent && pool.pool() != CeleryPoolSpec.Pool.eventlet;
    }

    private static List<HasMetadata> objects(
            Running all, CelerySpec celery, String name, CeleryPoolSpec pool, boolean keda) {
        var component = component(name);
        var running = all.of(pool.pods());
        var django = running.django();
        // The command itself is process 1, so that TERM reaches Celery: tasks in hand are ended, new ones not taken. No
        // other probe: those that ask the broker kill every worker when that blinks (celery#8030, #10205).
        var container = django.worker(
                        component, pool.resources(), Map.of("CONN_MAX_AGE", keepsConnections(pool) ? "60" : "0"))
                .withCommand(command(running, celery, name, pool))
                .build();
        var grace = drainSeconds(pool) + Running.MARGIN_SECONDS;
        return running.scaled(
                running.deployment(
                        component,
                        replicas(running, pool, keda),
                        running.template(component, django.pod(container, component), grace)),
                component,
                byCpu(pool),
                drainSeconds(pool));
    }

    /** As web's and websockets' autoscalers have it; null where the length of the queues decides, or nobody does. */
    private static @Nullable AutoscaleSpec byCpu(CeleryPoolSpec pool) {
        var scale = pool.autoscale();
        return scale == null || scale.targetCpuPercent() == null
                ? null
                : new AutoscaleSpec(
                        fewest(scale), scale.maxReplicas(), scale.targetCpuPercent(), scale.scaleDownSeconds());
    }

    static int fewest(QueueScaleSpec scale) {
        return Optional.ofNullable(scale.minReplicas()).orElse(1);
    }

    /** Where KEDA would own the number and is not there, as few as are asked for; but nobody else would start a first. */
    private static @Nullable Integer replicas(Running running, CeleryPoolSpec pool, boolean keda) {
        var scale = pool.autoscale();
        return scale == null
                ? running.replicas(pool.replicas(), false)
                : running.replicas(Math.max(1, fewest(scale)), scale.targetCpuPercent() != null || keda);
    }

    static int drainSeconds(CeleryPoolSpec pool) {
        return Optional.ofNullable(pool.drainSeconds()).orElse(DEFAULT_DRAIN_SECONDS);
    }

    private static List<String> command(Running running, CelerySpec celery, String name, CeleryPoolSpec pool) {
        var command = new ArrayList<>(List.of(
                "celery",
                "-A",
                application(running, celery),
                "worker",
                "--hostname=" + name + "@%h",
                "--queues=" + String.join(",", queues(name, pool)),
                "--pool=" + Optional.ofNullable(pool.pool()).orElse(CeleryPoolSpec.Pool.prefork),
                "--concurrency=" + concurrency(pool),
                "--loglevel=INFO"));
        Optional.ofNullable(pool.maxTasksPerChild()).ifPresent(n -> command.add("--max-tasks-per-child=" + n));
        command.addAll(DjangoPod.orEmpty(pool.args()));
        return command;
    }
}
