package dev.nuages.core.sim;

import java.util.Optional;

/**
 * Where it comes to rest when nobody meddles any more: nothing is on its way, every cache has heard of everything, and
 * controllers and Kubernetes do what they have to do.
 *
 * @param world as it then is
 * @param outcome how the object that it is about stands
 * @param restless why it does not rest when it should, in words
 * @param forgotten where it would wait for ever, had a piece of news been lost, in words
 */
record Rest(World world, Outcome outcome, Optional<String> restless, Optional<String> forgotten) {

    /** How an object stands. */
    record Outcome(Standing standing, String reason, String message) {}

    /** In one word. */
    enum Standing {
        READY,
        /** Something failed that people must mend. */
        ERROR,
        /** On its way. */
        WAITING,
        /** There is no such object any more. */
        GONE
    }
}
