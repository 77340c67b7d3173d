package dev.nuages.core.sim;

import dev.nuages.core.sim.Rest.Standing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Property 5. An error counts only where something went wrong that the operator cannot mend, and if what its sentence
 * advises leads out of it. Whoever waits looks again by himself, for the news may be lost.
 */
final class ReadyInTheEnd implements Property<Boolean> {
    private final Subject subject;
    private final Predicate<World> asksForTrouble;
    private final Function<World, Rest> calm;
    private final Map<Rest, Optional<String>> judged = new HashMap<>();

    /**
     * @param asksForTrouble whether the user asks for what cannot work
     * @param calm where a world comes to rest
     */
    ReadyInTheEnd(Subject subject, Predicate<World> asksForTrouble, Function<World, Rest> calm) {
        this.subject = subject;
        this.asksForTrouble = asksForTrouble;
        this.calm = calm;
    }

    @Override
    public String sentence() {
        return "5. from every reachable state, once faults stop, Ready is reached (or Error, with a reason the user can act"
                + " on)";
    }

    /** Whether anything went wrong. */
    @Override
    public Boolean start() {
        return false;
    }

    @Override
    public Verdict<Boolean> judge(Boolean trouble, State before, Step step) {
        var world = step.after().world();
        return Verdict.fine(trouble
                || (step.who() == Who.FAULT && !world.equals(before.world()))
                || (step.who() == Who.USER && asksForTrouble.test(world)));
    }

    @Override
    public boolean judgesRest() {
        return true;
    }

    @Override
    public Optional<String> judge(Boolean trouble, Rest rest) {
        var outcome = rest.outcome();
        if (rest.forgotten().isPresent()) {
            return rest.forgotten();
        }
        if (outcome.standing() == Standing.ERROR && !trouble) {
            return Optional.of("it ends in an error, though nothing went wrong: " + words(outcome));
        }
        return judged.computeIfAbsent(rest, this::judge);
    }

    private Optional<String> judge(Rest rest) {
        var outcome = rest.outcome();
        return switch (outcome.standing()) {
            case READY, GONE -> Optional.empty();
            case WAITING -> Optional.of("it stays as it is: " + words(outcome));
            case ERROR -> unmendable(rest);
        };
    }

    private Optional<String> unmendable(Rest rest) {
        var outcome = rest.outcome();
        if (outcome.reason().isBlank() || outcome.message().isBlank()) {
            return Optional.of("an error without a reason: " + words(outcome));
        }
        if (!subject.looksAgain(rest.world())) {
            return Optional.of("it does not look again by itself: " + words(outcome));
        }
        List<World> ways = subject.waysOut(rest.world(), outcome);
        if (ways.isEmpty()) {
            return Optional.of("nobody knows a way out of it: " + words(outcome));
        }
        for (var way : ways) {
            var then = calm.apply(way).outcome();
            if (then.standing() != Standing.READY) {
                return Optional.of(
                        "what it advises does not lead out of it: " + words(outcome) + "; then " + words(then));
            }
        }
        return Optional.empty();
    }

    private static String words(Rest.Outcome outcome) {
        return outcome.standing() + ", " + outcome.reason() + ": " + outcome.message();
    }
}
