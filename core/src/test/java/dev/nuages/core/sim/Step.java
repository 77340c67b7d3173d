package dev.nuages.core.sim;

/** Something that may happen in a state, and the state after it. */
record Step(Who who, String words, State after) {}
