package dev.nuages.core.sim;

import java.util.List;

/** The object that a search is about. */
interface Subject {

    Rest.Outcome outcome(World world);

    /** Whether its controller does something now, or looks at it again even if it hears of nothing. */
    boolean looksAgain(World world);

    /** Whether a pod that was told to end may still do so when the object is said to be ready. */
    default boolean mayOutlast(Cluster cluster, Stored pod) {
        return false;
    }

    /** What people may do about an error, as its sentence advises them: each must lead out of it. */
    List<World> waysOut(World world, Rest.Outcome error);
}
