package dev.nuages.operator.sdk;

import dev.nuages.api.Nuages;
import dev.nuages.operator.KindLoop;
import dev.nuages.operator.PrunedStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.config.ResolvedControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One controller for each kind: their queues, threads, retries and limits. */
public final class Controllers implements AutoCloseable {
    /** More are slower: the API server is what they wait for. */
    private static final int THREADS = 8;

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(2);
    private static final double BACKOFF = 1.8;

    /** So that an object that somebody else keeps changing does not keep a thread for itself. */
    private static final int TURNS_PER_SECOND = 20;

    /** Level-triggered all the same: whatever was lost is found by then. Costs no request where nothing is to do. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

    private static final Duration TERMINATION = Duration.ofSeconds(5);

    private final Operator operator;
    private final ConfigurationService service;
    private final Set<String> namespaces;
    private final List<KindReconciler<?, ?, ?>> reconcilers = new ArrayList<>();

    /** Makes controllers for the given namespaces: the only namespaces to keep objects in; empty for all */
    public Controllers(KubernetesClient client, Set<String> namespaces) {
        this.namespaces = namespaces;
        this.service = ConfigurationService.newOverriddenConfigurationService(o -> o.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withReconciliationTerminationTimeout(TERMINATION)
                .withStopOnInformerErrorDuringStartup(false)
                .checkingCRDAndValidateLocalModel(false));
        this.operator = new Operator(service);
    }

    public <R extends CustomResource<?, S>, S, O> void add(KindLoop<R, S, O> loop) {
        var reconciler = new KindReconciler<>(loop);
        reconcilers.add(reconciler);
        operator.register(reconciler, configuration(loop.kind().type()));
    }

    private <R extends CustomResource<?, ?>> ResolvedControllerConfiguration<R> configuration(Class<R> type) {
        InformerConfiguration<R>.Builder informer = InformerConfiguration.builder(type)
                .withInformerListLimit(500L)
                // The SDK's own filter of our writes' events loses others' (java-operator-sdk #3398, #3484).
                .withComparableResourceVersions(false);
        if (namespaces.isEmpty()) {
            informer.withWatchAllNamespaces();
        } else {
            informer.withNamespaces(namespaces);
        }
        if (namespaces.size() < 2) {
            // The SDK gives one store to the informers of all namespaces, each of which throws out what it does not
            // list.
            informer.withItemStore(new PrunedStore<>());
        }
        return new ResolvedControllerConfiguration<>(
                HasMetadata.getKind(type).toLowerCase(Locale.ROOT),
                false,
                KindReconciler.class.getCanonicalName(),
                new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(FIRST_RETRY)
                        .setIntervalMultiplier(BACKOFF)
                        .setMaxInterval(LONGEST_RETRY.toMillis()),
                new LinearRateLimiter(Duration.ofSeconds(1), TURNS_PER_SECOND),
                LONGEST_SILENCE,
                Nuages.FINALIZER,
                null,
                Nuages.MANAGER,
                service,
                informer.buildForController(),
                // Deletion is planned for like everything else, and finalizers are the plan's own.
                true,
                null);
    }

    public void start() {
        operator.start();
    }

    /** Asks for a new turn for an object of a kind. */
    public void tell(Class<? extends HasMetadata> type, String namespace, String name) {
        reconcilers.stream()
                .filter(reconciler -> reconciler.loop().kind().type().equals(type))
                .forEach(reconciler -> reconciler.news().tell(namespace, name));
    }

    @Override
    public void close() {
        operator.stop();
        reconcilers.forEach(reconciler -> reconciler.loop().close());
    }
}
