package dev.nuages.core.djangoapp;

import dev.nuages.api.ComponentPodsSpec;
import dev.nuages.api.Processes;
import dev.nuages.api.WebSpec;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an application sets that Nuages sets too, and whose value holds, each as a sentence. */
final class Clashes {
    /**
     * What containers are given one by one. Kubernetes lets such an entry win over all that comes from whole Secrets and
     * ConfigMaps: only an entry of the application's own takes its place.
     */
    private static final List<String> ONE_BY_ONE = List.of(
            "DJANGO_SETTINGS_MODULE",
            "APP_VERSION",
            "NUAGES_CONFIG",
            "PYTHONUNBUFFERED",
            "HOME",
            "CONN_MAX_AGE",
            "FORWARDED_ALLOW_IPS",
            "PGOPTIONS",
            "NUAGES_LOCK_TIMEOUT",
            "NUAGES_LOCK_RETRIES");

    private static final String IN_PLACE = " in place of Nuages' own value";

    private Clashes() {}

    /** A Secret or ConfigMap all of whose keys become variables, and where the application names it. */
    private record Whole(String field, ObjectRef object, String prefix) {}

    /**
     * All of them.
     *
     * @param values the names of what is in the YAML file, and in the Secret that every container gets whole
     */
    static List<String> of(Wish wish, DjangoAppObserved seen, Set<String> values) {
        var clashes = new ArrayList<String>();
        var spec = wish.app().getSpec();
        new TreeSet<>(Optional.ofNullable(spec.config()).orElse(Map.of()).keySet())
                .stream()
                        .filter(values::contains)
                        .forEach(name -> clashes.add("config sets " + name + IN_PLACE + " in " + Config.FILE));
        var given = oneByOne(wish);
        new TreeSet<>(Optional.ofNullable(spec.config()).orElse(Map.of()).keySet())
                .stream()
                        .filter(name ->
                                given.contains(name) && !taken(wish.processes()).contains(name))
                        .forEach(name -> clashes.add("config sets " + name + " in " + Config.FILE
                                + " alone, and Nuages sets it as an environment variable: set it in env"));
        var taken = taken(wish.processes());
        Predicate<String> ours = name -> values.contains(name) || given.contains(name);
        names(wish.processes().env())
                .filter(ours)
                .forEach(name -> clashes.add(envOf(wish, name) + " sets " + name + IN_PLACE));
        own(wish)
                .forEach((component, pods) -> names(pods.env())
                        .filter(ours)
                        .forEach(name -> clashes.add("pods.env of " + component + " sets " + name + IN_PLACE)));
        for (var secret : DjangoPod.orEmpty(spec.secrets())) {
            new TreeSet<>(Optional.ofNullable(secret.keys()).orElse(Map.of()).keySet()).forEach(name -> {
                if (ours.test(name)) {
                    clashes.add("secrets sets " + name + " from Secret " + secret.name() + IN_PLACE);
                }
            });
        }
        whole(wish)
                .forEach(source -> names(source, seen)
                        .filter(name -> !taken.contains(name))
                        .forEach(name -> {
                            var sets = source.field() + " sets " + name + " from " + source.object();
                            if (given.contains(name)) {
                                clashes.add(sets + ", which has no effect where Nuages sets it too: set it in env");
                            } else if (values.contains(name)) {
                                clashes.add(sets + IN_PLACE);
                            }
                        }));
        amongItsOwn(wish, seen).forEach((name, places) -> {
            if (!ours.test(name)) {
                clashes.add(name + " is set by " + String.join(" and ", places) + ": that of " + places.getFirst()
                        + " holds");
            }
        });
        return clashes;
    }

    /** Names that an application takes from several places, those first that Kubernetes lets hold. */
    private static SortedMap<String, List<String>> amongItsOwn(Wish wish, DjangoAppObserved seen) {
        var places = new TreeMap<String, List<String>>();
        BiConsumer<String, String> from = (name, place) ->
                places.computeIfAbsent(name, n -> new ArrayList<>()).add(place);
        names(wish.processes().env()).distinct().forEach(name -> from.accept(name, envOf(wish, name)));
        DjangoPod.orEmpty(wish.processes().secrets())
                .reversed()
                .forEach(secret -> Optional.ofNullable(secret.keys())
                        .orElse(Map.of())
                        .keySet()
                        .forEach(name -> from.accept(name, "Secret/" + secret.name())));
        whole(wish)
                .toList()
                .reversed()
                .forEach(source -> names(source, seen)
                        .forEach(name -> from.accept(name, source.object().toString())));
        places.values().removeIf(all -> all.size() < 2);
        return places;
    }

    /** The names of the variables that the application itself sets. */
    static Set<String> variables(Wish wish, DjangoAppObserved seen) {
        var names = taken(wish.processes());
        whole(wish).flatMap(source -> names(source, seen)).forEach(names::add);
        return names;
    }

    /** Those of them that it sets one by one, and which so take the place of all others. */
    private static Set<String> taken(Processes processes) {
        var names = new TreeSet<String>();
        names(processes.env()).forEach(names::add);
        DjangoPod.orEmpty(processes.secrets())
                .forEach(secret -> names.addAll(
                        Optional.ofNullable(secret.keys()).orElse(Map.of()).keySet()));
        return names;
    }

    /** Whose variable it is. */
    private static String envOf(Wish wish, String name) {
        return names(wish.app().getSpec().env()).anyMatch(name::equals)
                ? "env"
                : "env of DjangoEnvironment " + Wish.environmentName(wish.app());
    }

    private static Stream<String> names(@Nullable List<EnvVar> env) {
        return DjangoPod.orEmpty(env).stream().map(EnvVar::getName);
    }

    /** By component, what some pods have beside what all have; the migrations' too. */
    private static SortedMap<String, ComponentPodsSpec> own(Wish wish) {
        var own = new TreeMap<>(ComponentPods.of(wish.processes()));
        Optional.ofNullable(wish.migrations().pods()).ifPresent(pods -> own.put("migrations", pods));
        return own;
    }

    private static List<String> oneByOne(Wish wish) {
        var names = new ArrayList<>(ONE_BY_ONE);
        if (wish.processes().websockets() != null || wish.processes().web().server() == WebSpec.Server.Daphne) {
            names.add(Websockets.DRAIN_SECONDS);
        }
        Optional.ofNullable(wish.app().getSpec().superuser()).ifPresent(superuser -> {
            names.addAll(List.of(Superuser.NAME_VARIABLE, Superuser.PASSWORD_VARIABLE));
            if (superuser.email() != null) {
                names.add(Superuser.EMAIL_VARIABLE);
            }
        });
        return names;
    }

    private static Stream<String> names(Whole source, DjangoAppObserved seen) {
        var data = Optional.ofNullable(seen.references().get(source.object())).orElse(Map.of());
        return new TreeMap<>(data).keySet().stream().map(key -> source.prefix() + key);
    }

    private static Stream<Whole> whole(Wish wish) {
        var app = wish.app();
        var spec = app.getSpec();
        return Stream.of(
                        References.bucketSecret(app).stream().map(secret -> new Whole("media.s3", secret, "")),
                        DjangoPod.orEmpty(spec.secrets()).stream()
                                .filter(secret -> secret.keys() == null)
                                .map(secret -> new Whole("secrets", References.secret(app, secret.name()), "")),
                        DjangoPod.orEmpty(spec.envFrom()).stream()
                                .flatMap(source -> References.sources(app, source)
                                        .map(use -> new Whole(
                                                "envFrom",
                                                use.object(),
                                                Objects.requireNonNullElse(source.getPrefix(), "")))))
                .flatMap(sources -> sources);
    }
}
