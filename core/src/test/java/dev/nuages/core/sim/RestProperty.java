package dev.nuages.core.sim;

import java.util.Optional;

/** One that judges only where it comes to rest, and remembers nothing. */
interface RestProperty extends Property<Boolean> {

    /** Judges where it comes to rest from a state when nobody meddles any more. */
    Optional<String> judge(Rest rest);

    @Override
    default Boolean start() {
        return true;
    }

    @Override
    default Verdict<Boolean> judge(Boolean memory, State before, Step step) {
        return Verdict.fine(memory);
    }

    @Override
    default boolean judgesRest() {
        return true;
    }

    @Override
    default Optional<String> judge(Boolean memory, Rest rest) {
        return judge(rest);
    }
}
