package dev.nuages.core.sim;

import java.util.Optional;

/** Property 6. Ready is said when all of it is true, and not before: nothing is done after that by anybody. */
final class QuietWhenReady implements RestProperty {

    @Override
    public String sentence() {
        return "6. at Ready the plan is empty: no writes, ever";
    }

    @Override
    public Optional<String> judge(Rest rest) {
        return rest.restless();
    }
}
