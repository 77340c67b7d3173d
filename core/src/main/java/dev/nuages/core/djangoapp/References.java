package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.MediaBucket;
import dev.nuages.api.MediaSpec;
import dev.nuages.api.MountSpec;
import dev.nuages.api.SecretKeys;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Secrets and ConfigMaps of others that an application's pods read: when one changes, its pods are replaced. */
final class References {
    private static final List<String> BUCKET_KEYS = List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

    private References() {}

    /**
     * One that pods read.
     *
     * @param optional whether they start without it
     * @param whole whether they read all that it holds
     * @param wants the keys that they want of it
     */
    record Use(ObjectRef object, boolean optional, boolean whole, List<Want> wants) {
        /** What they read, of all that it holds. */
        SortedMap<String, String> read(Map<String, String> data) {
            var read = new TreeMap<>(data);
            if (!whole) {
                read.keySet().retainAll(wants.stream().map(Want::key).toList());
            }
            return read;
        }
    }

    /** A key, and who wants it. */
    record Want(String key, String who) {}

    /** What those that exist hold. */
    static Map<ObjectRef, Map<String, String>> read(Wish wish, Lookup lookup) {
        var found = new TreeMap<ObjectRef, Map<String, String>>();
        of(wish).map(Use::object).forEach(ref -> {
            if (ref.type() == Secret.class) {
                lookup.foreign(Secret.class, ref.namespace(), ref.name())
                        .ifPresent(secret -> found.put(ref, Secrets.texts(secret)));
            } else {
                lookup.foreign(ConfigMap.class, ref.namespace(), ref.name())
                        .ifPresent(map -> found.put(ref, Objects.requireNonNullElse(map.getData(), Map.of())));
            }
        });
        return found;
    }

    /** What keeps pods from starting: an object that is not there, or has not the key that is asked of it. */
    static List<String> problems(Wish wish, DjangoAppObserved seen) {
        var problems = new ArrayList<String>();
        of(wish).filter(use -> !use.optional() && !seen.references().containsKey(use.object()))
                .map(use -> "there is no " + use.object() + ", which the application's pods read")
                .distinct()
                .forEach(problems::add);
        of(wish).filter(use -> !use.optional()).forEach(use -> {
            var data = seen.references().get(use.object());
            use.wants().stream()
                    .filter(want -> data != null && !data.containsKey(want.key()))
                    .map(want -> use.object().type().getSimpleName() + " "
                            + use.object().name() + " has no key " + want.key() + ", which " + want.who() + " wants")
                    .forEach(problems::add);
        });
        return problems;
    }

    static Stream<Use> of(Wish wish) {
        return Stream.of(common(wish), own(wish).values().stream().flatMap(List::stream), migrations(wish))
                .flatMap(uses -> uses);
    }

    /** What one component's pods read beside what all read, by component; of those that live on. */
    static SortedMap<String, List<Use>> own(Wish wish) {
        var own = new TreeMap<String, List<Use>>();
        ComponentPods.of(wish.processes()).forEach((component, pods) -> {
            var uses = sources(wish.app(), pods.env()).toList();
            if (!uses.isEmpty()) {
                own.put(component, uses);
            }
        });
        return own;
    }

    /** A Job's pods read it once, when they start. */
    private static Stream<Use> migrations(Wish wish) {
        return Stream.ofNullable(wish.migrations().pods()).flatMap(pods -> sources(wish.app(), pods.env()));
    }

    /** What all read. */
    static Stream<Use> common(Wish wish) {
        var app = wish.app();
        var processes = wish.processes();
        return Stream.of(
                        DjangoPod.orEmpty(processes.secrets()).stream().map(secret -> use(app, secret)),
                        DjangoPod.orEmpty(processes.envFrom()).stream().flatMap(source -> sources(app, source)),
                        sources(app, processes.env()),
                        DjangoPod.orEmpty(processes.pods().mounts()).stream().flatMap(mount -> mounted(app, mount)),
                        bucketSecret(app).stream()
                                .map(secret -> new Use(
                                        secret,
                                        false,
                                        true,
                                        BUCKET_KEYS.stream()
                                                .map(key -> new Want(key, "media.s3"))
                                                .toList())))
                .flatMap(uses -> uses);
    }

    private static Stream<Use> mounted(DjangoApp app, MountSpec mount) {
        return Stream.concat(
                Stream.ofNullable(mount.secret()).map(name -> whole(secret(app, name), false)),
                Stream.ofNullable(mount.configMap()).map(name -> whole(configMap(app, name), false)));
    }

    /** The Secret with the keys of a bucket for uploads. */
    static Optional<ObjectRef> bucketSecret(DjangoApp app) {
        return Optional.ofNullable(app.getSpec().media())
                .map(MediaSpec::s3)
                .map(MediaBucket::secret)
                .map(name -> secret(app, name));
    }

    private static Use use(DjangoApp app, SecretKeys secret) {
        var wants = new ArrayList<Want>();
        new TreeMap<>(Optional.ofNullable(secret.keys()).orElse(Map.of()))
                .forEach((variable, key) -> wants.add(new Want(key, variable)));
        return new Use(secret(app, secret.name()), false, secret.keys() == null, wants);
    }

    static Stream<Use> sources(DjangoApp app, EnvFromSource source) {
        return Stream.concat(
                Stream.ofNullable(source.getSecretRef())
                        .map(ref -> whole(secret(app, ref.getName()), ref.getOptional())),
                Stream.ofNullable(source.getConfigMapRef())
                        .map(ref -> whole(configMap(app, ref.getName()), ref.getOptional())));
    }

    private static Stream<Use> sources(DjangoApp app, @Nullable List<EnvVar> env) {
        return DjangoPod.orEmpty(env).stream().flatMap(variable -> sources(app, variable));
    }

    private static Stream<Use> sources(DjangoApp app, EnvVar variable) {
        var from = variable.getValueFrom();
        if (from == null) {
            return Stream.empty();
        }
        return Stream.concat(
                Stream.ofNullable(from.getSecretKeyRef())
                        .map(ref -> one(
                                secret(app, ref.getName()),
                                ref.getOptional(),
                                new Want(ref.getKey(), variable.getName()))),
                Stream.ofNullable(from.getConfigMapKeyRef())
                        .map(ref -> one(
                                configMap(app, ref.getName()),
                                ref.getOptional(),
                                new Want(ref.getKey(), variable.getName()))));
    }

    private static Use whole(ObjectRef object, @Nullable Boolean optional) {
        return new Use(object, Boolean.TRUE.equals(optional), true, List.of());
    }

    private static Use one(ObjectRef object, @Nullable Boolean optional, Want want) {
        return new Use(object, Boolean.TRUE.equals(optional), false, List.of(want));
    }

    static ObjectRef secret(DjangoApp app, String name) {
        return new ObjectRef(Secret.class, app.getMetadata().getNamespace(), name);
    }

    private static ObjectRef configMap(DjangoApp app, String name) {
        return new ObjectRef(ConfigMap.class, app.getMetadata().getNamespace(), name);
    }
}
