package dev.nuages.core.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.Kind;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The objects of a scenario as a plan finds them, in the order in which they are given. Of kinds that not every cluster has
 * it has none.
 */
public final class World implements Lookup {
    private final HasMetadata primary;
    private final List<Class<? extends HasMetadata>> lacking;
    private final Map<ObjectRef, HasMetadata> others = new LinkedHashMap<>();
    private final Set<ObjectRef> asPlanned = new LinkedHashSet<>();
    private final Set<ObjectRef> lookedAt = new TreeSet<>();

    World(HasMetadata primary, List<Class<? extends HasMetadata>> lacking) {
        this.primary = primary;
        this.lacking = lacking;
    }

    void put(HasMetadata object) {
        others.put(ObjectRef.of(object), object);
    }

    World putAsPlanned(HasMetadata object) {
        put(object);
        asPlanned.add(ObjectRef.of(object));
        return this;
    }

    /** The object that the plan is for. */
    public HasMetadata primary() {
        return primary;
    }

    public List<HasMetadata> others() {
        return List.copyOf(others.values());
    }

    /** Whether an object was made by us before. */
    public boolean isAsPlanned(HasMetadata object) {
        return asPlanned.contains(ObjectRef.of(object));
    }

    /** The one plan that a scenario is of. */
    public <R extends CustomResource<?, S>, S, O> Plan<S> plan(Kind<R, S, O> kind) {
        var resource = kind.type().cast(primary);
        return kind.plan(resource, kind.observe(resource, this), Scenario.NOW);
    }

    /** Objects that are given, and that no plan asked for. */
    Set<ObjectRef> unused() {
        var unused = new TreeSet<>(others.keySet());
        unused.removeAll(lookedAt);
        return unused;
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        var ref = new ObjectRef(type, namespace, name);
        lookedAt.add(ref);
        return Optional.ofNullable(others.get(ref)).map(type::cast);
    }

    @Override
    public boolean serves(Class<? extends HasMetadata> type) {
        return !lacking.contains(type);
    }

    @Override
    public <T extends HasMetadata> List<T> others(Class<T> type, String namespace, String name) {
        var found = others.keySet().stream()
                .filter(ref -> ref.type() == type && !ref.equals(new ObjectRef(type, namespace, name)))
                .sorted()
                .toList();
        lookedAt.addAll(found);
        return found.stream().map(others::get).map(type::cast).toList();
    }

    /** Also those of others: the operator shows a plan what stands in its way. */
    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
        var found = others.entrySet().stream()
                .filter(entry -> entry.getKey().type() == type
                        && entry.getKey().namespace().equals(namespace)
                        && (labels(entry.getValue()).entrySet().containsAll(labels.entrySet())
                                || !labels(entry.getValue()).containsKey(Ownership.MANAGED_BY_LABEL)))
                .sorted(Map.Entry.comparingByKey())
                .toList();
        found.forEach(entry -> lookedAt.add(entry.getKey()));
        return found.stream().map(Map.Entry::getValue).map(type::cast).toList();
    }

    private static Map<String, String> labels(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    }

    static ObjectRef ref(ObjectNode document) {
        return ObjectRef.of(Yaml.model(document));
    }
}
