package dev.nuages.operator;

import dev.nuages.api.Nuages;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster as the API server last told of it: one watch for each kind, shared by all controllers. Of kinds that are
 * not our own only objects with our label are held, and of none who manages which field.
 */
public final class Caches implements Lookup, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Caches.class);
    private static final long PAGE = 500;
    private static final String OWNER_INDEX = "owner";

    private final Map<Class<? extends HasMetadata>, List<SharedIndexInformer<? extends HasMetadata>>> informers =
            new ConcurrentHashMap<>();
    private final Set<Class<? extends HasMetadata>> everywhere;
    private final ForeignWatches foreign;
    private final KubernetesClient client;
    private final Set<String> namespaces;
    private final Consumer<HasMetadata> changed;
    private volatile Set<Class<? extends HasMetadata>> doubtful = Set.of();

    /**
     * @param namespaces the only namespaces to hear of; empty for all
     * @param types the kinds that every cluster has
     * @param changed hears of every object that came, changed or went, on a thread of the watch's
     */
    Caches(
            KubernetesClient client,
            Set<String> namespaces,
            Collection<Class<? extends HasMetadata>> types,
            Consumer<HasMetadata> changed) {
        this.client = client;
        this.namespaces = namespaces;
        this.changed = changed;
        this.foreign = new ForeignWatches(client, changed);
        this.everywhere = Set.copyOf(types);
        types.forEach(type -> informers.put(type, informersOf(client, namespaces, type, changed)));
    }

    private static <T extends HasMetadata> List<SharedIndexInformer<? extends HasMetadata>> informersOf(
            KubernetesClient client, Set<String> namespaces, Class<T> type, Consumer<HasMetadata> changed) {
        var resources = client.resources(type);
        Stream<FilterWatchListDeletable<T, ?, ?>> places;
        if (!Namespaced.class.isAssignableFrom(type)) {
            places = Stream.of(resources);
        } else if (namespaces.isEmpty()) {
            places = Stream.of(resources.inAnyNamespace());
        } else {
            places = namespaces.stream().sorted().map(resources::inNamespace);
        }
        return places.<SharedIndexInformer<? extends HasMetadata>>map(place -> informer(selected(type, place), changed))
                .toList();
    }

    private static <T extends HasMetadata> Informable<T> selected(
            Class<T> type, FilterWatchListDeletable<T, ?, ?> place) {
        var own = HasMetadata.getGroup(type).equals(Nuages.GROUP);
        return (own ? place : place.withLabel(Ownership.MANAGED_BY_LABEL, Nuages.MANAGER)).withLimit(PAGE);
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> informer(
            Informable<T> selected, Consumer<HasMetadata> changed) {
        return selected.runnableInformer(0)
                .itemStore(new PrunedStore<>())
                .addIndexers(Map.of(
                        OWNER_INDEX,
                        object -> List.of(ownerKey(
                                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of())))))
                // For ever: a kind that can't be watched now, for want of its definition or a right, can be later.
                .exceptionHandler((started, problem) -> true)
                .addEventHandler(new Changes<>(changed));
    }

    private static String ownerKey(String namespace, Map<String, String> labels) {
        return namespace + "/" + labels.get(Ownership.OWNER_KIND_LABEL) + "/" + labels.get(Ownership.OWNER_NAME_LABEL);
    }

    /** Begins to listen; completes when everything that exists is held. */
    CompletableFuture<Void> start() {
        return CompletableFuture.allOf(
                all().map(informer -> informer.start().toCompletableFuture()).toArray(CompletableFuture<?>[]::new));
    }

    /** Whether all is known of the kinds that every cluster has: others, broken or not, hold nobody up. */
    boolean synced() {
        return everywhere.stream().allMatch(this::knows);
    }

    /** Begins to listen for a kind that the cluster has from now on; completes when what exists of it is held. */
    CompletableFuture<Void> add(Class<? extends HasMetadata> type) {
        var held = informers.computeIfAbsent(type, t -> informersOf(client, namespaces, t, changed));
        return CompletableFuture.allOf(held.stream()
                .map(informer -> informer.start().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** It is not known of these kinds yet whether the cluster has them. */
    void doubt(Collection<Class<? extends HasMetadata>> types) {
        doubtful = Set.copyOf(types);
    }

    /** Stops to listen for a kind that the cluster has no more. */
    void remove(Class<? extends HasMetadata> type) {
        var removed = informers.remove(type);
        if (removed != null) {
            removed.forEach(SharedIndexInformer::stop);
        }
    }

    @Override
    public boolean serves(Class<? extends HasMetadata> type) {
        return informers.containsKey(type) || doubtful.contains(type);
    }

    @Override
    public boolean knows(Class<? extends HasMetadata> type) {
        var held = informers.get(type);
        return held != null && held.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    /** All that happened to objects of a kind up to this resource version has been heard of. */
    long version(Class<? extends HasMetadata> type) {
        return of(type).mapToLong(informer -> number(informer.lastSyncResourceVersion()))
                .min()
                .orElse(0);
    }

    /** Resource versions grow with every write (KEP-5504); 0 for one that is no number. */
    static long number(@Nullable String resourceVersion) {
        return resourceVersion != null && resourceVersion.matches("\\d{1,18}") ? Long.parseLong(resourceVersion) : 0;
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        var key = Cache.namespaceKeyFunc(namespace, name);
        return of(type).map(informer -> informer.getStore().getByKey(key))
                .filter(Objects::nonNull)
                .findFirst();
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
        var byOwner = labels.containsKey(Ownership.OWNER_KIND_LABEL) && labels.containsKey(Ownership.OWNER_NAME_LABEL);
        return of(type).flatMap(informer -> byOwner
                        ? informer.getIndexer().byIndex(OWNER_INDEX, ownerKey(namespace, labels)).stream()
                        : inNamespace(informer, namespace))
                .filter(object -> Objects.requireNonNullElse(
                                object.getMetadata().getLabels(), Map.<String, String>of())
                        .entrySet()
                        .containsAll(labels.entrySet()))
                .sorted(Comparator.comparing(object -> object.getMetadata().getName()))
                .toList();
    }

    private static <T extends HasMetadata> Stream<T> inNamespace(SharedIndexInformer<T> informer, String namespace) {
        return informer.getStore().list().stream()
                .filter(object -> namespace.isEmpty()
                        || namespace.equals(object.getMetadata().getNamespace()));
    }

    @Override
    public <T extends HasMetadata> List<T> others(Class<T> type, String namespace, String name) {
        var ref = new ObjectRef(type, namespace, name);
        return list(type).stream()
                .filter(object -> !ObjectRef.of(object).equals(ref))
                .toList();
    }

    @Override
    public <T extends HasMetadata> Optional<T> foreign(Class<T> type, String namespace, String name) {
        return foreign.find(type, namespace, name);
    }

    /** What is only told must hold up nothing: where it is not to be had, it is not said. */
    @Override
    public Optional<String> lastSaid(ObjectRef about, String reason) {
        try {
            return client
                    .resources(Event.class)
                    .inNamespace(about.namespace())
                    .withField("regarding.kind", about.kind())
                    .withField("regarding.name", about.name())
                    .withField("reason", reason)
                    .list()
                    .getItems()
                    .stream()
                    .max(Comparator.comparingLong(
                            event -> number(event.getMetadata().getResourceVersion())))
                    .map(Event::getNote);
        } catch (KubernetesClientException e) {
            log.warn("the Events about {} could not be read: {}", about, e.getMessage());
            return Optional.empty();
        }
    }

    /** Everything of a kind that is held. */
    <T extends HasMetadata> List<T> list(Class<T> type) {
        return of(type).flatMap(informer -> informer.getStore().list().stream()).toList();
    }

    @SuppressWarnings("unchecked") // the map's values are of the type of their key, from the constructor on
    private <T extends HasMetadata> Stream<SharedIndexInformer<T>> of(Class<T> type) {
        var held = informers.get(type);
        if (held == null && doubtful.contains(type)) {
            return Stream.empty();
        }
        if (held == null) {
            throw new IllegalArgumentException("nobody watches " + HasMetadata.getKind(type));
        }
        return held.stream().map(informer -> (SharedIndexInformer<T>) informer);
    }

    private Stream<SharedIndexInformer<? extends HasMetadata>> all() {
        return informers.values().stream().flatMap(List::stream);
    }

    @Override
    public void close() {
        all().forEach(SharedIndexInformer::stop);
        foreign.close();
    }

    record Changes<T extends HasMetadata>(Consumer<HasMetadata> changed) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            changed.accept(object);
        }

        @Override
        public void onUpdate(T before, T object) {
            changed.accept(object);
            // Whose it was by its labels, or whom it stood in the way of by its spec, must hear of it too.
            var was = before.getMetadata();
            var is = object.getMetadata();
            if (!Objects.equals(was.getLabels(), is.getLabels())
                    || !Objects.equals(was.getGeneration(), is.getGeneration())) {
                changed.accept(before);
            }
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            changed.accept(object);
        }
    }
}
