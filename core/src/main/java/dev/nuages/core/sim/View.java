package dev.nuages.core.sim;

import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.Secrets;
import dev.nuages.core.djangoapp.SiteAnswer;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A world as a plan sees it: through caches, of which some kinds' may be as they were before, and by probes. */
public final class View implements Lookup, Probes {
    private final World now;
    private final List<Old> old;
    private final List<Read> reads = new ArrayList<>();

    /** A kind whose cache has not heard of what happened since. */
    public record Old(Class<? extends HasMetadata> type, List<Stored> objects) {
        public Old {
            objects = List.copyOf(objects);
        }
    }

    /** What was asked. */
    sealed interface Question {}

    record Find(ObjectRef ref) implements Question {}

    record ListAll(Class<? extends HasMetadata> type, String namespace, Map<String, String> labels)
            implements Question {}

    record Others(ObjectRef than) implements Question {}

    record Ask(String role, String database, Optional<PasswordRef> password) implements Question {}

    record AskSite(String namespace, String service) implements Question {}

    /** What was asked, and what was found: a list of {@link Stored}, or a probe's answer. */
    record Read(Question question, Object answer) {}

    public View(World now, List<Old> old) {
        this.now = now;
        this.old = List.copyOf(old);
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        var ref = new ObjectRef(type, namespace, name);
        var found = find(ref);
        reads.add(new Read(new Find(ref), found));
        return found.map(o -> type.cast(o.object()));
    }

    @Override
    public <T extends HasMetadata> List<T> list(Class<T> type, String namespace, Map<String, String> labels) {
        var question = new ListAll(type, namespace, Map.copyOf(labels));
        var found = list(question);
        reads.add(new Read(question, found));
        return found.stream().map(o -> type.cast(o.object())).toList();
    }

    @Override
    public <T extends HasMetadata> List<T> others(Class<T> type, String namespace, String name) {
        var question = new Others(new ObjectRef(type, namespace, name));
        var found = others(question);
        reads.add(new Read(question, found));
        return found.stream().map(o -> type.cast(o.object())).toList();
    }

    @Override
    public DatabaseProbe.Answer ask(
            PostgresAddress server, String role, String database, Optional<PasswordRef> password) {
        var question = new Ask(role, database, password);
        var answer = ask(question);
        reads.add(new Read(question, answer));
        return answer;
    }

    @Override
    public SiteAnswer ask(String namespace, String service, String host, String path) {
        var question = new AskSite(namespace, service);
        var answer = ask(question);
        reads.add(new Read(question, answer));
        return answer;
    }

    List<Read> reads() {
        return List.copyOf(reads);
    }

    Object answer(Question question) {
        return switch (question) {
            case Find find -> find(find.ref());
            case ListAll all -> list(all);
            case Others others -> others(others);
            case Ask ask -> ask(ask);
            case AskSite site -> ask(site);
        };
    }

    Optional<Stored> find(ObjectRef ref) {
        for (var kind : old) {
            if (kind.type() == ref.type()) {
                return kind.objects().stream().filter(o -> o.ref().equals(ref)).findFirst();
            }
        }
        return now.cluster().find(ref);
    }

    /** All objects of a kind. */
    List<Stored> all(Class<? extends HasMetadata> type) {
        for (var kind : old) {
            if (kind.type() == type) {
                return kind.objects();
            }
        }
        return now.cluster().ofType(type);
    }

    private List<Stored> list(ListAll question) {
        return all(question.type()).stream()
                .filter(o -> o.ref().namespace().equals(question.namespace()) && carries(o, question.labels()))
                .toList();
    }

    private List<Stored> others(Others question) {
        return all(question.than().type()).stream()
                .filter(o -> !o.ref().equals(question.than()))
                .toList();
    }

    private DatabaseProbe.Answer ask(Ask question) {
        // A password is read from the API server itself, never from a cache.
        var text = question.password()
                .flatMap(ref -> now.cluster()
                        .find(new ObjectRef(Secret.class, ref.namespace(), ref.secret()))
                        .flatMap(secret -> Secrets.text((Secret) secret.object(), ref.key())));
        return now.sql().ask(question.role(), question.database(), text);
    }

    /** A site answers where its Service selects a pod that is ready. */
    private SiteAnswer ask(AskSite question) {
        var selector = now.cluster()
                .find(new ObjectRef(Service.class, question.namespace(), question.service()))
                .map(service -> ((Service) service.object()).getSpec().getSelector());
        var good = selector.isPresent()
                && now.cluster().ofType(Pod.class).stream()
                        .anyMatch(pod -> Pods.running(pod) && Pods.ready(pod) && carries(pod, selector.get()));
        return new SiteAnswer(good, good ? "the site answers" : "the site does not answer");
    }

    private static boolean carries(Stored object, Map<String, String> labels) {
        return Objects.requireNonNullElse(object.object().getMetadata().getLabels(), Map.<String, String>of())
                .entrySet()
                .containsAll(labels.entrySet());
    }
}
