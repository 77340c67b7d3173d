package dev.nuages.core.sim;

import dev.nuages.core.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The controller of one kind, as the operator's loop is: it plans, and carries out step by step. */
final class Controller implements Actor {
    private final Planning planner;
    private final ApiServer server;

    Controller(Planning planner, ApiServer server) {
        this.planner = planner;
        this.server = server;
    }

    /** What its next plan for an object would be, seen as it is. */
    Optional<Flight> plan(World world, ObjectRef ref) {
        return planner.plan(new View(world, List.of()), ref);
    }

    /** Goes on with a plan, or makes one of what is. */
    @Override
    public void act(State state, Consumer<Step> may) {
        for (var flight : state.flights()) {
            if (flight.read().ref().type() == planner.type()) {
                var step = flight.step(server, state.world());
                var rest = state.with(step.after()).withoutFlight(flight);
                may.accept(new Step(
                        Who.CONTROLLER,
                        "the controller " + step.words(),
                        step.rest().map(rest::withFlight).orElse(rest)));
            }
        }
        begin(state, List.of(), may);
    }

    /** Makes a plan by caches that are behind, each subset of them. */
    void actByOldCaches(State state, Consumer<Step> may) {
        int all = 1 << state.old().size();
        for (int subset = 1; subset < all; subset++) {
            var behind = new ArrayList<View.Old>();
            for (int i = 0; i < state.old().size(); i++) {
                if ((subset >> i & 1) == 1) {
                    behind.add(state.old().get(i));
                }
            }
            begin(state, behind, may);
        }
    }

    /** The process dies: what it was at is forgotten. */
    void crash(State state, Consumer<Step> may) {
        for (var flight : state.flights()) {
            if (flight.read().ref().type() == planner.type() && !flight.fresh()) {
                may.accept(new Step(Who.FAULT, "the operator dies and starts again", state.withoutFlight(flight)));
            }
        }
    }

    /**
     * Another process takes over. The former one looks at its lease before each write, so that it can still do the one
     * that was on its way, at whatever time it arrives, and no more.
     */
    void handOver(State state, Consumer<Step> may) {
        if (state.late().isPresent()) {
            var late = state.late().get();
            if (late.read().ref().type() == planner.type()) {
                var step = late.step(server, state.world());
                may.accept(new Step(
                        Who.CONTROLLER,
                        "the former leader's write arrives: it " + step.words(),
                        state.with(step.after()).withLate(Optional.empty())));
            }
        } else if (state.budget().handovers() > 0) {
            for (var flight : state.flights()) {
                if (flight.read().ref().type() == planner.type() && !flight.asks()) {
                    may.accept(new Step(
                            Who.FAULT,
                            "another process takes over, while a write of the former is on its way",
                            state.withoutFlight(flight)
                                    .withLate(Optional.of(flight))
                                    .with(state.budget().lessHandovers())));
                }
            }
        }
    }

    private void begin(State state, List<View.Old> old, Consumer<Step> may) {
        var view = new View(state.world(), old);
        for (var primary : view.all(planner.type())) {
            if (state.flight(primary.ref()).isEmpty()) {
                planner.plan(view, primary.ref())
                        .filter(plan -> !plan.idle())
                        .ifPresent(plan ->
                                may.accept(new Step(Who.CONTROLLER, words(primary, old), state.withFlight(plan))));
            }
        }
    }

    private static String words(Stored primary, List<View.Old> old) {
        return "the controller plans for " + primary
                + (old.isEmpty()
                        ? ""
                        : " by an old cache of "
                                + String.join(
                                        " and of ",
                                        old.stream()
                                                .map(kind -> kind.type().getSimpleName())
                                                .toList()));
    }
}
