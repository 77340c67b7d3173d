package dev.nuages.core.sim;

import java.util.Optional;
import java.util.SortedSet;

/**
 * One state of the search.
 *
 * @param flight the plan that the controller carries out
 * @param lag the kind whose cache is behind
 * @param log what happened, for the properties alone
 */
record State(Cluster cluster, Optional<Flight> flight, Optional<View.Lag> lag, Log log, Budget budget) {

    /**
     * @param migrated the images that were ever migrated to
     * @param done those whose migration succeeded without a failure or a request since
     */
    record Log(SortedSet<String> migrated, SortedSet<String> done) {}

    /** How often the user, the adversary and the caches may still do something. */
    record Budget(int requests, int faults, int lags) {}

    /** Where it leads, in words; {@code wrong} names the property that it breaks. */
    record Next(String words, State state, Optional<String> wrong) {}
}
