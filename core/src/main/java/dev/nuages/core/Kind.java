package dev.nuages.core;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.List;

/**
 * One kind of object that Nuages keeps: how what matters to it is gathered, and what it needs next. Both without a
 * clock, a client or a choice of chance, so that the operator, the model check and a preview all see the same.
 *
 * @param <R> the custom resource
 * @param <S> its status
 * @param <O> all that is looked at before anything is decided, in one record
 */
public interface Kind<R extends CustomResource<?, S>, S, O> {

    Class<R> type();

    /** The kinds of objects that are made for it, beside the pods of these; a change of one leads to a new plan. */
    List<Class<? extends HasMetadata>> makes();

    /** Kinds of others' that are made as well, where the cluster has them: they are looked for now and then. */
    default List<Class<? extends HasMetadata>> makesWhereServed() {
        return List.of();
    }

    O observe(R resource, Lookup lookup);

    Plan<S> plan(R resource, O observed, Instant now);
}
