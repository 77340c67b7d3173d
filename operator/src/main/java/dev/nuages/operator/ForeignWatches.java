package dev.nuages.operator;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One watch for each object of others that an application names, such as a Secret of a user's: from the first time that
 * somebody asks for it until nobody has for a while. So nothing else of other people's Secrets is ever held.
 */
final class ForeignWatches implements AutoCloseable {
    /** Three times the longest that an application is not looked at. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(30);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final Consumer<HasMetadata> changed;
    private final Duration patience;
    private final Map<ObjectRef, Watch<?>> watches = new ConcurrentHashMap<>();

    private static final class Watch<T extends HasMetadata> {
        private final SharedIndexInformer<T> informer;
        private final CompletableFuture<Void> started;
        private volatile long asked = System.nanoTime();

        Watch(SharedIndexInformer<T> informer) {
            this.informer = informer;
            this.started = informer.start().toCompletableFuture();
        }
    }

    ForeignWatches(KubernetesClient client, Consumer<HasMetadata> changed) {
        this(client, changed, PATIENCE);
    }

    /**
     * @param patience how long the first look at an object may take
     */
    ForeignWatches(KubernetesClient client, Consumer<HasMetadata> changed, Duration patience) {
        this.client = client;
        this.changed = changed;
        this.patience = patience;
    }

    /**
     * An object, as it was last heard of.
     *
     * @throws KubernetesClientException where the API server does not say in time whether there is one, as for any request
     */
    <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        var ref = new ObjectRef(type, namespace, name);
        if (!watches.containsKey(ref)) {
            forget();
        }
        var watch = watches.computeIfAbsent(ref, r -> begin(type, namespace, name));
        watch.asked = System.nanoTime();
        await(watch.started, ref);
        return Optional.ofNullable(
                type.cast(watch.informer.getStore().getByKey(Cache.namespaceKeyFunc(namespace, name))));
    }

    private <T extends HasMetadata> Watch<T> begin(Class<T> type, String namespace, String name) {
        return new Watch<>(client.resources(type)
                .inNamespace(namespace)
                .withName(name)
                .runnableInformer(0)
                .exceptionHandler((started, problem) -> true)
                .addEventHandler(new Caches.Changes<T>(changed)));
    }

    private void await(CompletableFuture<Void> started, ObjectRef ref) {
        try {
            started.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new KubernetesClientException("the API server does not answer for " + ref, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted while asking for " + ref, e);
        } catch (ExecutionException e) {
            throw new KubernetesClientException("could not ask for " + ref, e);
        }
    }

    private void forget() {
        var old = System.nanoTime() - FORGOTTEN_AFTER.toNanos();
        watches.values().removeIf(watch -> {
            var forgotten = watch.asked - old < 0;
            if (forgotten) {
                watch.informer.stop();
            }
            return forgotten;
        });
    }

    @Override
    public void close() {
        watches.values().forEach(watch -> watch.informer.stop());
    }
}
