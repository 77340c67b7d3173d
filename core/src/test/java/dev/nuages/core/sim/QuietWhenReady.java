package dev.nuages.core.sim;

import java.util.Optional;

/** Property 6. Ready is said when all of it is true, and not before: nothing is done after that by anybody. */
final class QuietWhenReady implements Property<Boolean> {

    @Override
    public String sentence() {
        return "6. at Ready the plan is empty: no writes, ever";
    }

    @Override
    public Boolean start() {
        return true;
    }

    @Override
    public Verdict<Boolean> judge(Boolean memory, State before, Step step) {
        return Verdict.fine(memory);
    }

    @Override
    public boolean judgesRest() {
        return true;
    }

    @Override
    public Optional<String> judge(Boolean memory, Rest rest) {
        return rest.restless();
    }
}
