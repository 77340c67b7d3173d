package dev.nuages.core.sim;

import java.util.Optional;

/**
 * Something that must hold. It is told of every step, and may remember what it needs to judge later ones: what it
 * remembers is part of the state.
 *
 * @param <M> what it remembers, as a value
 */
interface Property<M> {

    /** Its number and its sentence, as the design has them. */
    String sentence();

    M start();

    /** Judges one step. */
    Verdict<M> judge(M memory, State before, Step step);

    /** Whether it has a say in where it comes to rest: that is much work to find out. */
    default boolean judgesRest() {
        return false;
    }

    /** Judges where it comes to rest from a state when nobody meddles any more. */
    default Optional<String> judge(M memory, Rest rest) {
        return Optional.empty();
    }

    /** What it remembers from now on, or what is wrong. */
    record Verdict<M>(M memory, Optional<String> wrong) {
        static <M> Verdict<M> fine(M memory) {
            return new Verdict<>(memory, Optional.empty());
        }

        static <M> Verdict<M> wrong(M memory, String why) {
            return new Verdict<>(memory, Optional.of(why));
        }
    }
}
