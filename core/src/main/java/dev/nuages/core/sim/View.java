package dev.nuages.core.sim;

import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster as caches show it, one kind of which may be as it was before. */
public final class View implements Lookup {
    private final Cluster now;
    private final Optional<Lag> lag;
    private final List<Read> reads = new ArrayList<>();

    /** A kind whose cache has not heard of what happened since. */
    public record Lag(Class<? extends HasMetadata> type, List<Stored> before) {
        public Lag {
            before = List.copyOf(before);
        }
    }

    /** What was asked. */
    sealed interface Question {}

    record Find(ObjectRef ref) implements Question {}

    record ListAll(Class<? extends HasMetadata> type, String namespace, Map<String, String> labels)
            implements Question {}

    /** What was asked, and what was found. */
    record Read(Question question, List<Stored> answer) {}

    public View(Cluster now, Optional<Lag> lag) {
        this.now = now;
        this.lag = lag;
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return read(new Find(new ObjectRef(type, namespace, name))).stream()
                .map(o -> type.cast(o.object()))
                .findFirst();
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
        return read(new ListAll(type, namespace, Map.copyOf(labels))).stream()
                .map(o -> type.cast(o.object()))
                .toList();
    }

    List<Read> reads() {
        return List.copyOf(reads);
    }

    private List<Stored> read(Question question) {
        var answer = answer(question);
        reads.add(new Read(question, answer));
        return answer;
    }

    List<Stored> answer(Question question) {
        return switch (question) {
            case Find find ->
                objects(find.ref().type()).stream()
                        .filter(o -> o.ref().equals(find.ref()))
                        .toList();
            case ListAll all ->
                objects(all.type()).stream()
                        .filter(o -> o.ref().namespace().equals(all.namespace()) && carries(o, all.labels()))
                        .toList();
        };
    }

    private List<Stored> objects(Class<? extends HasMetadata> type) {
        return lag.filter(l -> l.type() == type).map(Lag::before).orElseGet(() -> now.ofType(type));
    }

    private static boolean carries(Stored object, Map<String, String> labels) {
        var meta = object.object().getMetadata();
        var there = meta.getLabels() == null ? new HashMap<String, String>() : meta.getLabels();
        return there.entrySet().containsAll(labels.entrySet());
    }
}
