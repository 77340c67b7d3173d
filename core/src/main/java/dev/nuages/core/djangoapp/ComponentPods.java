package dev.nuages.core.djangoapp;

import dev.nuages.api.ComponentPodsSpec;
import dev.nuages.api.Processes;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which components have something beside what all have. */
final class ComponentPods {
    private final SortedMap<String, ComponentPodsSpec> byComponent = new TreeMap<>();

    private ComponentPods() {}

    /** By component, of those that say something and whose pods run Django. */
    static SortedMap<String, ComponentPodsSpec> of(Processes processes) {
        var all = new ComponentPods();
        all.add(Web.COMPONENT, processes.web().pods());
        Optional.ofNullable(processes.websockets())
                .ifPresent(websockets -> all.add(Websockets.COMPONENT, websockets.pods()));
        Optional.ofNullable(processes.channelWorkers())
                .orElse(Map.of())
                .forEach((name, workers) -> all.add(ChannelWorkers.component(name), workers.pods()));
        Optional.ofNullable(processes.celery()).ifPresent(celery -> {
            CeleryPools.pools(celery).forEach((name, pool) -> all.add(CeleryPools.component(name), pool.pods()));
            Optional.ofNullable(celery.beat()).ifPresent(beat -> all.add(Beat.COMPONENT, beat.pods()));
        });
        Optional.ofNullable(processes.tasks())
                .orElse(Map.of())
                .forEach((name, task) -> all.add(ScheduledTasks.component(name), task.pods()));
        return all.byComponent;
    }

    private void add(String component, @Nullable ComponentPodsSpec pods) {
        if (pods != null) {
            byComponent.put(component, pods);
        }
    }
}
