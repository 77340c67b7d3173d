package dev.nuages.core.djangoapp;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseSpec;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.PostgresServerSpec;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RabbitmqVhostSpec;
import dev.nuages.api.RedisInstance;
import dev.nuages.api.RedisInstanceSpec;
import dev.nuages.api.TolerantReading;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * That data is to stay, which a paused application is asked for as well: when it is deleted, it is too late to say so. The
 * other way round nothing is lost by waiting until it is not paused any more.
 */
final class Retention {
    private final Wish wish;
    private final Upkeep upkeep;

    private Retention(Wish wish, Upkeep upkeep) {
        this.wish = wish;
        this.upkeep = upkeep;
    }

    /** Lets all that holds data outlive the application, if that is asked for, and changes nothing else. */
    static void keep(Wish wish, DjangoAppObserved seen, Upkeep upkeep) {
        if (wish.deletionPolicy() != DeletionPolicy.Retain) {
            return;
        }
        var retention = new Retention(wish, upkeep);
        retention.nested(seen.nested());
        var claim = new ObjectRef(
                PersistentVolumeClaim.class,
                wish.app().getMetadata().getNamespace(),
                wish.names().media());
        Stream.<Optional<? extends HasMetadata>>of(
                        seen.configured().secretKey(), seen.configured().superuser(), seen.object(claim))
                .flatMap(Optional::stream)
                .forEach(upkeep::release);
    }

    /** Whether a server or what is on one would outlive the application if that were deleted now, though it is to go with it. */
    static boolean outlivesItsPolicy(Wish wish, DjangoAppObserved.Nested seen) {
        return wish.deletionPolicy() == DeletionPolicy.Delete
                && Stream.of(
                                stays(
                                        wish,
                                        seen.server(),
                                        server -> server.getSpec().deletionPolicy()),
                                stays(
                                        wish,
                                        seen.database(),
                                        database -> database.getSpec().deletionPolicy()),
                                stays(
                                        wish,
                                        seen.redis(),
                                        redis -> redis.getSpec().deletionPolicy()),
                                stays(
                                        wish,
                                        seen.durable(),
                                        redis -> redis.getSpec().deletionPolicy()),
                                stays(
                                        wish,
                                        seen.rabbit(),
                                        vhost -> vhost.getSpec().deletionPolicy()))
                        .anyMatch(stays -> stays);
    }

    private static <R extends HasMetadata> boolean stays(
            Wish wish, Optional<R> seen, Function<R, @Nullable DeletionPolicy> policy) {
        return seen.filter(
                        object -> Ownership.ours(object, wish.app()) && policy.apply(object) != DeletionPolicy.Delete)
                .isPresent();
    }

    private void nested(DjangoAppObserved.Nested seen) {
        seen.server().ifPresent(server -> {
            var spec = server.getSpec();
            apply(
                    server,
                    spec.deletionPolicy(),
                    new PostgresServer(),
                    new PostgresServerSpec(spec.local(), DeletionPolicy.Retain, spec.stopped()));
        });
        seen.database().ifPresent(database -> {
            var spec = database.getSpec();
            apply(
                    database,
                    spec.deletionPolicy(),
                    new PostgresDatabase(),
                    new PostgresDatabaseSpec(spec.server(), spec.database(), spec.extensions(), DeletionPolicy.Retain));
        });
        for (var redis : Stream.of(seen.redis(), seen.durable())
                .flatMap(Optional::stream)
                .toList()) {
            var spec = redis.getSpec();
            apply(
                    redis,
                    spec.deletionPolicy(),
                    new RedisInstance(),
                    new RedisInstanceSpec(spec.local(), DeletionPolicy.Retain, spec.stopped()));
        }
        seen.rabbit().ifPresent(vhost -> {
            var spec = vhost.getSpec();
            apply(
                    vhost,
                    spec.deletionPolicy(),
                    new RabbitmqVhost(),
                    new RabbitmqVhostSpec(
                            spec.local(), spec.external(), spec.vhost(), DeletionPolicy.Retain, spec.stopped()));
        });
    }

    /** Not with what could not be read of it: that would be gone. */
    private <S, R extends CustomResource<S, ?>> void apply(R seen, @Nullable DeletionPolicy policy, R wanted, S spec) {
        if (policy != DeletionPolicy.Retain
                && Ownership.ours(seen, wish.app())
                && seen.getMetadata().getDeletionTimestamp() == null
                && TolerantReading.unread(seen).isEmpty()) {
            wanted.setMetadata(Ownership.owned(wish.app(), seen.getMetadata().getName(), Map.of()));
            wanted.setSpec(spec);
            upkeep.add(new Effect.Apply(wanted, Optional.of(seen.getMetadata().getUid()), List.of()));
        }
    }
}
