package dev.nuages.core;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names one object of the cluster.
 *
 * @param type the model class of its kind
 * @param namespace its namespace; empty for objects of the cluster's scope
 * @param name its name
 */
public record ObjectRef(Class<? extends HasMetadata> type, String namespace, String name)
        implements Comparable<ObjectRef> {
    private static final Comparator<ObjectRef> ORDER = Comparator.comparing(ObjectRef::kind)
            .thenComparing(ObjectRef::namespace)
            .thenComparing(ObjectRef::name);

    public static ObjectRef of(HasMetadata object) {
        return new ObjectRef(
                object.getClass(),
                orEmpty(object.getMetadata().getNamespace()),
                object.getMetadata().getName());
    }

    public String kind() {
        return HasMetadata.getKind(type);
    }

    @Override
    public int compareTo(ObjectRef other) {
        return ORDER.compare(this, other);
    }

    /** {@code Kind/name}, as kubectl has it. */
    @Override
    public String toString() {
        return kind() + "/" + name;
    }

    private static String orEmpty(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
