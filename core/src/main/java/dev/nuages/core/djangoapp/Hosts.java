package dev.nuages.core.djangoapp;

import dev.nuages.core.Secrets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The host names of a site as its processes know them: Django answers to no other. Where an application asks for others, those
 * before lead to it until the processes that know the new ones have taken over: for good if their migration fails.
 *
 * @param primary as which the processes are asked whether they are well
 * @param routed those that lead to the site
 */
record Hosts(String primary, List<String> routed) {
    /**
     * Those of a plan.
     *
     * @param next whether what is asked for is what runs, or is being rolled out
     * @param mark what web pods are marked with that have read what is asked for
     */
    static Hosts of(Wish wish, DjangoAppObserved seen, boolean next, String mark) {
        var asked = wish.hosts();
        if (!next) {
            var known = known(seen).orElse(asked);
            return new Hosts(known.getFirst(), known);
        }
        var tookOver = seen.deployment(wish.names().web())
                .filter(Rollout::done)
                .filter(web -> ConfigHashes.mark(web).filter(mark::equals).isPresent())
                .isPresent();
        var all = new LinkedHashSet<>(asked);
        if (!tookOver) {
            all.addAll(Route.hosts(seen.objects()));
        }
        return new Hosts(asked.getFirst(), List.copyOf(all));
    }

    /** Those that the processes have read. */
    private static Optional<List<String>> known(DjangoAppObserved seen) {
        return seen.configured()
                .running()
                .environment()
                .flatMap(secret -> Secrets.text(secret, Config.HOSTS_KEY))
                .map(text -> Stream.of(text.split(","))
                        .filter(host -> !host.isEmpty())
                        .toList())
                .filter(hosts -> !hosts.isEmpty());
    }
}
