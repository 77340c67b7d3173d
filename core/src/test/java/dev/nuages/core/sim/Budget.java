package dev.nuages.core.sim;

/**
 * How often each may still happen, so that the states stay few. Crashes cost nothing: they only forget.
 *
 * @param requests of the user
 * @param faults of the adversary and of machines
 * @param lags how often a cache does not hear of a change
 * @param handovers how often another process takes over while a write of the former one is on its way
 */
record Budget(int requests, int faults, int lags, int handovers) {
    static final Budget NONE = new Budget(0, 0, 0, 0);

    Budget lessRequests() {
        return new Budget(requests - 1, faults, lags, handovers);
    }

    Budget lessFaults() {
        return new Budget(requests, faults - 1, lags, handovers);
    }

    Budget lessLags() {
        return new Budget(requests, faults, lags - 1, handovers);
    }

    Budget lessHandovers() {
        return new Budget(requests, faults, lags, handovers - 1);
    }
}
