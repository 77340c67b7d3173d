package dev.nuages.core.djangoapp;

import dev.nuages.api.DjangoAppStatus;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a migration may not begin, or cannot go on, as a sentence for people. */
final class Hindrance {
    private Hindrance() {}

    /** Empty where there is nothing in its way. */
    static Optional<String> of(
            Wish wish,
            DjangoAppObserved seen,
            Optional<Config> config,
            ConnectionBudget budget,
            DjangoAppStatus before) {
        return (Migration.runs(before.migration()) ? Optional.<String>empty() : forbidden(wish, seen, budget, before))
                .or(() -> lacking(wish, seen, config, before));
    }

    /** What only keeps one from beginning: one that has begun goes on. */
    private static Optional<String> forbidden(
            Wish wish, DjangoAppObserved seen, ConnectionBudget budget, DjangoAppStatus before) {
        // Of a stopped application all may change that needs no migration.
        var why = wish.stopped() && !isMigrated(wish, seen, before)
                ? "while spec.stopped is set"
                : wish.host().isEmpty()
                        ? "while " + wish.hostMissing()
                        : budget.refuses() ? "while what is asked for could need " + budget.message() : "";
        var last = Optional.ofNullable(before.release())
                .map(release -> " (version " + release.version() + " was the last)")
                .orElse("");
        return why.isEmpty() ? Optional.empty() : Optional.of("nothing is migrated" + last + " " + why);
    }

    private static boolean isMigrated(Wish wish, DjangoAppObserved seen, DjangoAppStatus before) {
        return Nesting.databaseId(wish, seen.nested(), before)
                .filter(id -> Migration.isDone(wish, id, before))
                .isPresent();
    }

    /** What a migration cannot do without. */
    private static Optional<String> lacking(
            Wish wish, DjangoAppObserved seen, Optional<Config> config, DjangoAppStatus before) {
        var account = seen.serviceAccount().filter(found -> Ownership.ours(found, wish.app()));
        var configuration = seen.configured().migration();
        var others = Stream.of(configuration.environment(), configuration.file())
                .flatMap(Optional::stream)
                .filter(secret -> !Ownership.ours(secret, wish.app()))
                .findFirst();
        if (others.isPresent()) {
            return others.map(secret -> ObjectRef.of(secret) + " is not this application's to read");
        }
        if (config.isPresent()
                && account.isPresent()
                && Nesting.databaseId(wish, seen.nested(), before).isPresent()) {
            return Optional.empty();
        }
        return Nesting.needs(wish, seen.nested()).stream()
                .filter(need -> !need.ready())
                .findFirst()
                .map(need -> "waiting for what it needs: " + need.message())
                .or(() -> Optional.of(
                        account.isEmpty()
                                ? "waiting for ServiceAccount " + wish.names().app()
                                : "waiting for the Secrets that its configuration is made of"));
    }
}
