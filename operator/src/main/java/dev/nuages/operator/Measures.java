package dev.nuages.operator;

import dev.nuages.core.Effect;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What is counted and measured, for Prometheus. No name of an object is ever a label: there may be ten thousand. */
final class Measures implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MultiGauge apps =
            MultiGauge.builder("nuages.apps").description("DjangoApps by phase").register(registry);
    private final Supplier<Map<String, Long>> phases;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    Measures(BooleanSupplier leading, Supplier<Map<String, Long>> phases) {
        this.phases = phases;
        Gauge.builder("nuages.leader", () -> leading.getAsBoolean() ? 1 : 0)
                .description("1 where this process holds the lease")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    void reconciled(String kind, String outcome) {
        registry.counter("nuages.reconciliations", "kind", kind, "outcome", outcome)
                .increment();
    }

    void planned(String kind, Duration time) {
        registry.timer("nuages.plan", "kind", kind).record(time);
    }

    void carriedOut(Effect effect) {
        registry.counter("nuages.effects", "type", effect.getClass().getSimpleName())
                .increment();
    }

    /** In Prometheus' text format. */
    String scrape() {
        apps.register(
                phases.get().entrySet().stream()
                        .map(entry -> MultiGauge.Row.of(Tags.of("phase", entry.getKey()), entry.getValue()))
                        .toList(),
                true);
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
