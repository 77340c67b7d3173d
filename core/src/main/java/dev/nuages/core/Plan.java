package dev.nuages.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an object needs next: a value, which nothing has been done for yet.
 *
 * <p>It is carried out in this order: the {@code confirmations}, of which one that fails drops the whole plan (what was
 * read was old, and will be read again); then the {@code effects}, one after the other, of which one that fails ends it;
 * then the status, if it differs from the one that was read, and only if the object has not changed since. A crash
 * between any two of these is safe, for the next plan is made from what the cluster then holds.
 *
 * @param confirmations what must be true in the API server itself, not only in a cache, before anything is done
 * @param effects what to do
 * @param status the object's status from now on; the one it has, where nothing changed
 * @param lookAgain when to make the next plan even if nothing is heard of; empty where any news will be heard
 * @param <S> the kind's status
 */
public record Plan<S>(List<Confirmation> confirmations, List<Effect> effects, S status, Optional<Duration> lookAgain) {
    public Plan {
        confirmations = List.copyOf(confirmations);
        effects = List.copyOf(effects);
    }

    /** Whether this plan does nothing to an object that has this status. */
    public boolean isEmpty(S current) {
        return effects.isEmpty() && status.equals(current);
    }
}
