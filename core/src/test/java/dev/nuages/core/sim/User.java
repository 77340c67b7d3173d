package dev.nuages.core.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The people whose object it is, who may ask for something at any time. */
final class User implements Actor {
    private final List<Request> requests = new ArrayList<>();

    /** Something to ask for; empty where it can't be asked for or is so already. */
    private record Request(String words, Function<State, Optional<Cluster>> ask) {}

    User may(String words, Function<State, Optional<Cluster>> ask) {
        requests.add(new Request(words, ask));
        return this;
    }

    @Override
    public void act(State state, Consumer<Step> may) {
        if (state.budget().requests() == 0) {
            return;
        }
        for (var request : requests) {
            request.ask()
                    .apply(state)
                    .filter(after -> !after.equals(state.cluster()))
                    .ifPresent(after -> may.accept(new Step(
                            Who.USER,
                            "the user " + request.words(),
                            state.with(after).with(state.budget().lessRequests()))));
        }
    }
}
