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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * That data is to stay, which a paused application is asked for as well: when it is deleted, it is too late to say so. The
 * other way round nothing is lost by waiting until it is not paused any more.
 */
final class Retention {
    private Retention() {}

    /**
     * A server, or what is on one.
     *
     * @param retained the same, so that its data stays
     */
    private record Holder(HasMetadata seen, @Nullable DeletionPolicy policy, HasMetadata retained) {
        static <S, R extends CustomResource<S, ?>> Holder of(
                R seen, @Nullable DeletionPolicy policy, R retained, S spec) {
            retained.setSpec(spec);
            return new Holder(seen, policy, retained);
        }

        static Holder of(PostgresServer seen) {
            var spec = seen.getSpec();
            var retained = new PostgresServerSpec(spec.local(), DeletionPolicy.Retain, spec.stopped());
            return of(seen, spec.deletionPolicy(), new PostgresServer(), retained);
        }

        static Holder of(PostgresDatabase seen) {
            var spec = seen.getSpec();
            var retained =
                    new PostgresDatabaseSpec(spec.server(), spec.database(), spec.extensions(), DeletionPolicy.Retain);
            return of(seen, spec.deletionPolicy(), new PostgresDatabase(), retained);
        }

        static Holder of(RedisInstance seen) {
            var spec = seen.getSpec();
            var retained = new RedisInstanceSpec(spec.local(), DeletionPolicy.Retain, spec.stopped());
            return of(seen, spec.deletionPolicy(), new RedisInstance(), retained);
        }

        static Holder of(RabbitmqVhost seen) {
            var spec = seen.getSpec();
            var retained = new RabbitmqVhostSpec(
                    spec.local(), spec.external(), spec.vhost(), DeletionPolicy.Retain, spec.stopped());
            return of(seen, spec.deletionPolicy(), new RabbitmqVhost(), retained);
        }

        /** Those of the application whose policy is another. */
        static Stream<Holder> withoutPolicy(DeletionPolicy policy, Wish wish, DjangoAppObserved.Nested seen) {
            return Stream.of(
                            seen.server().map(Holder::of),
                            seen.database().map(Holder::of),
                            seen.redis().map(Holder::of),
                            seen.durable().map(Holder::of),
                            seen.rabbit().map(Holder::of))
                    .flatMap(Optional::stream)
                    .filter(holder -> holder.policy() != policy && Ownership.ours(holder.seen(), wish.app()));
        }
    }

    /** Lets all that holds data outlive the application, if that is asked for, and changes nothing else. */
    static void keep(Wish wish, DjangoAppObserved seen, Upkeep upkeep) {
        if (wish.deletionPolicy() != DeletionPolicy.Retain) {
            return;
        }
        Holder.withoutPolicy(DeletionPolicy.Retain, wish, seen.nested())
                .filter(holder -> holder.seen().getMetadata().getDeletionTimestamp() == null)
                // Not with what could not be read of it: that would be gone.
                .filter(holder -> TolerantReading.unread(holder.seen()).isEmpty())
                .forEach(holder -> upkeep.add(retaining(wish, holder)));
        var claim = new ObjectRef(
                PersistentVolumeClaim.class,
                wish.app().getMetadata().getNamespace(),
                wish.names().media());
        Stream.<Optional<? extends HasMetadata>>of(
                        seen.configured().secretKey(), seen.configured().superuser(), seen.object(claim))
                .flatMap(Optional::stream)
                .forEach(upkeep::release);
    }

    private static Effect retaining(Wish wish, Holder holder) {
        var seen = holder.seen().getMetadata();
        holder.retained().setMetadata(Ownership.owned(wish.app(), seen.getName(), Map.of()));
        return new Effect.Apply(holder.retained(), Optional.of(seen.getUid()), List.of());
    }

    /** Whether a server or what is on one would outlive the application if that were deleted now, though it is to go with it. */
    static boolean outlivesItsPolicy(Wish wish, DjangoAppObserved.Nested seen) {
        return wish.deletionPolicy() == DeletionPolicy.Delete
                && Holder.withoutPolicy(DeletionPolicy.Delete, wish, seen)
                        .findAny()
                        .isPresent();
    }
}
