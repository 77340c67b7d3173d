package dev.nuages.core.sim;

import dev.nuages.core.sim.Rest.Standing;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets controllers and Kubernetes take turns while nobody meddles, until nothing happens any more. In two orders: what
 * is right must not depend on who is quicker.
 */
final class Calm {
    /** More steps than any way to rest takes: what goes on for so long grows, attempt by attempt, and never repeats. */
    private static final int FOREVER = 500;

    private final Model model;
    private final boolean controllersFirst;
    private final Map<Place, Rest> known = new HashMap<>();

    /** Where it is on its way to rest, and whether the object was said to be ready on the way. */
    private record Place(World world, List<Flight> flights, boolean saidReady) {}

    Calm(Model model, boolean controllersFirst) {
        this.model = model;
        this.controllersFirst = controllersFirst;
    }

    Rest from(World world) {
        var path = new LinkedHashSet<Place>();
        var state = model.start(world, Budget.NONE);
        var place = new Place(world, List.of(), false);
        var rest = known.get(place);
        while (rest == null) {
            path.add(place);
            var step = next(state);
            rest = step.isEmpty() ? rest(state) : trouble(state, place, step.get());
            if (rest == null) {
                var after = step.orElseThrow().after();
                // What a neighbour does is news.
                var said = step.get().who() != Who.NEIGHBOUR && (place.saidReady() || becomesReady(state, after));
                place = new Place(after.world(), after.flights(), said);
                rest = known.get(place);
                state = after;
                if (rest == null && (path.contains(place) || path.size() == FOREVER)) {
                    rest = restless(
                            state, "it goes round for ever: " + step.get().words());
                }
            }
        }
        for (var passed : path) {
            known.put(passed, rest);
        }
        return rest;
    }

    private Rest rest(State state) {
        return new Rest(state.world(), outcome(state), Optional.empty(), Optional.empty());
    }

    private Rest restless(State state, String why) {
        return new Rest(state.world(), outcome(state), Optional.of(why), Optional.empty());
    }

    private Rest.Outcome outcome(State state) {
        return model.subject().outcome(state.world());
    }

    private Standing standing(State state) {
        return outcome(state).standing();
    }

    /** What is wrong about a step; null where nothing is. */
    private @Nullable Rest trouble(State state, Place place, Step step) {
        // Once it is said to be ready, neither we nor the workloads have anything left to do.
        var late = step.who() == Who.WORKLOADS && !onlyEnds(state, step);
        if (place.saidReady() && (step.who() == Who.CONTROLLER || late)) {
            var more = next(step.after())
                    .filter(then -> then.who() == Who.CONTROLLER)
                    .map(then -> ", " + then.words());
            return restless(state, "it was said to be ready, and then " + step.words() + more.orElse(""));
        }
        var waits = controllersFirst && step.who() != Who.CONTROLLER && standing(state) == Standing.WAITING;
        if (waits && !model.subject().looksAgain(state.world())) {
            var outcome = outcome(state);
            return new Rest(
                    state.world(),
                    outcome,
                    Optional.empty(),
                    Optional.of("if nobody hears that " + step.words() + ", it stays as it is: " + outcome.message()));
        }
        return null;
    }

    /** Whether all that happens is that a pod ends that was told to, and may do so late. */
    private boolean onlyEnds(State state, Step step) {
        var is = step.after().cluster();
        return state.cluster().ofType(Pod.class).stream()
                .filter(pod -> is.find(pod.ref()).isEmpty())
                .anyMatch(pod -> pod.deleting() && model.subject().mayOutlast(is, pod));
    }

    /** The first thing that happens; empty where all rests. */
    Optional<Step> next(State state) {
        return controllersFirst
                ? first(model.controllers(), state).or(() -> first(model.working(), state))
                : first(model.working(), state).or(() -> first(model.controllers(), state));
    }

    private static Optional<Step> first(List<? extends Actor> actors, State state) {
        var steps = new ArrayList<Step>();
        for (var actor : actors) {
            actor.act(state, steps::add);
            if (!steps.isEmpty()) {
                return Optional.of(steps.getFirst());
            }
        }
        return Optional.empty();
    }

    private boolean becomesReady(State before, State after) {
        return !before.cluster().equals(after.cluster())
                && standing(after) == Standing.READY
                && standing(before) != Standing.READY;
    }
}
