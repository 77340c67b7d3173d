package dev.nuages.core.sim;

import java.util.function.Consumer;

/** Someone who may do something. */
interface Actor {

    /** Tells each step that may come next. */
    void act(State state, Consumer<Step> may);
}
