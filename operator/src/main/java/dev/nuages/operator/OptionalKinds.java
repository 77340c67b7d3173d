package dev.nuages.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kinds that not every cluster has, such as HTTPRoute: listened for from the moment that their definitions are there, and
 * as long as they are. So nobody need restart the operator after installing KEDA.
 */
final class OptionalKinds implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OptionalKinds.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Caches caches;
    private final Consumer<Class<? extends HasMetadata>> served;
    private final Map<String, Class<? extends HasMetadata>> byDefinition;
    private final SharedIndexInformer<CustomResourceDefinition> definitions;

    /**
     * Listens for nothing yet.
     *
     * @param served hears of a kind when its objects are known, or that there is none
     */
    OptionalKinds(
            KubernetesClient client,
            Caches caches,
            Collection<Class<? extends HasMetadata>> kinds,
            Consumer<Class<? extends HasMetadata>> served) {
        this.caches = caches;
        this.served = served;
        caches.doubt(kinds);
        byDefinition = kinds.stream()
                .collect(Collectors.toUnmodifiableMap(
                        kind -> HasMetadata.getPlural(kind) + "." + HasMetadata.getGroup(kind), Function.identity()));
        definitions = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .runnableInformer(0)
                .itemStore(new NamesOnly())
                // For ever: without the right to know, none of these kinds is made.
                .exceptionHandler((started, problem) -> true)
                .addEventHandler(new Definitions());
    }

    /** Begins to listen, and waits some seconds for those that are there already: a plan without them would be another. */
    void start() {
        try {
            definitions
                    .start()
                    .toCompletableFuture()
                    .thenCompose(started -> listed())
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.warn("whether the cluster has the Gateway API or KEDA is not known yet: {}", String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on it is known of each kind whether there is one; completes when what there is of them is held. */
    private CompletableFuture<Void> listed() {
        var held = definitions.getStore().list().stream()
                .flatMap(definition -> kind(definition).stream())
                .map(caches::add)
                .toArray(CompletableFuture<?>[]::new);
        caches.doubt(List.of());
        byDefinition.values().forEach(served);
        return CompletableFuture.allOf(held);
    }

    private Optional<Class<? extends HasMetadata>> kind(CustomResourceDefinition definition) {
        return Optional.ofNullable(byDefinition.get(definition.getMetadata().getName()));
    }

    private final class Definitions implements ResourceEventHandler<CustomResourceDefinition> {
        @Override
        public void onAdd(CustomResourceDefinition added) {
            kind(added).ifPresent(kind -> {
                var _ = caches.add(kind).thenRun(() -> served.accept(kind));
            });
        }

        @Override
        public void onUpdate(CustomResourceDefinition before, CustomResourceDefinition after) {
            // A schema that changes leaves the kind what it is.
        }

        @Override
        public void onDelete(CustomResourceDefinition gone, boolean finalStateUnknown) {
            kind(gone).ifPresent(caches::remove);
        }
    }

    @Override
    public void close() {
        definitions.stop();
    }

    /** A definition's schema is by far the most of it, and nobody here asks for it. */
    private static final class NamesOnly extends BasicItemStore<CustomResourceDefinition> {
        NamesOnly() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public CustomResourceDefinition put(String key, CustomResourceDefinition definition) {
            definition.setSpec(null);
            definition.setStatus(null);
            definition.getMetadata().setManagedFields(null);
            definition.getMetadata().setAnnotations(null);
            return super.put(key, definition);
        }
    }
}
