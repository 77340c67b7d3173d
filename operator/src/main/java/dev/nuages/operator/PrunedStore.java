package dev.nuages.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/** What an informer keeps of objects: who manages which field is a third of an object's size, and no plan asks for it. */
public final class PrunedStore<T extends HasMetadata> extends BasicItemStore<T> {
    public PrunedStore() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public T put(String key, T object) {
        object.getMetadata().setManagedFields(null);
        return super.put(key, object);
    }
}
