package dev.nuages.core.djangoapp;

import dev.nuages.api.ChannelWorkersSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Workers of Django Channels. */
final class ChannelWorkers {
    private ChannelWorkers() {}

    static List<HasMetadata> objects(Running running) {
        var objects = new ArrayList<HasMetadata>();
        Optional.ofNullable(running.processes().channelWorkers())
                .orElse(Map.of())
                .forEach((name, spec) -> objects.addAll(objects(running, component(name), spec)));
        return objects;
    }

    static String component(String name) {
        return "channels-" + name;
    }

    private static List<HasMetadata> objects(Running all, String component, ChannelWorkersSpec spec) {
        var running = all.of(spec.pods());
        var django = running.django();
        var command = new ArrayList<>(List.of("python", "-c", Scripts.RUNWORKER));
        command.addAll(DjangoPod.orEmpty(spec.args()));
        command.addAll(DjangoPod.orEmpty(spec.channels()));
        // No other probe: one that asks the channel layer would kill every worker when that blinks. One that ends is
        // started again.
        var container = django.worker(component, spec.resources(), Map.of("CONN_MAX_AGE", "0"))
                .withCommand(command)
                .build();
        int drain = Optional.ofNullable(spec.drainSeconds()).orElse(30);
        return running.scaled(
                running.deployment(
                        component,
                        running.replicas(spec.replicas(), spec.autoscale() != null),
                        running.template(component, django.pod(container, component), drain + Running.MARGIN_SECONDS)),
                component,
                spec.autoscale(),
                drain);
    }
}
