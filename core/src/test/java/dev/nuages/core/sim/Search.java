package dev.nuages.core.sim;

import dev.nuages.api.DjangoAppStatus.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Breadth first through all states, so that the first trace found is a shortest one. */
final class Search {
    private final AppWorld world;
    private final int limit;
    private final List<State> states = new ArrayList<>();
    private final List<Integer> parents = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final Map<State, Integer> known = new HashMap<>();
    private final Set<State> settling = new HashSet<>();
    private long transitions;

    /** What was searched, and the shortest way to what is wrong. */
    record Found(int states, long transitions, boolean whole, Optional<String> wrong) {}

    Search(AppWorld world, int limit) {
        this.world = world;
        this.limit = limit;
    }

    Found from(State start) {
        add(start, -1, "");
        for (int at = 0; at < states.size(); at++) {
            if (states.size() >= limit) {
                return found(false, Optional.empty());
            }
            for (var next : world.next(states.get(at), true)) {
                transitions++;
                if (next.wrong().isPresent()) {
                    return found(
                            false,
                            Optional.of(trace(at, next.words(), next.wrong().get())));
                }
                add(next.state(), at, next.words());
            }
            var stuck = settle(AppWorld.calm(states.get(at)));
            if (stuck.isPresent()) {
                return found(false, Optional.of(trace(at, "from here on nobody meddles", stuck.get())));
            }
        }
        return found(true, Optional.empty());
    }

    /** Property 5 and 6: lets the controller and the cluster take turns until nothing happens any more. */
    private Optional<String> settle(State calm) {
        var path = new HashSet<State>();
        var state = calm;
        while (!settling.contains(state)) {
            if (!path.add(state)) {
                return Optional.of("6: it goes round for ever, at phase "
                        + world.status(state).phase());
            }
            var next = world.next(state, false);
            if (next.isEmpty()) {
                var status = world.status(state);
                if (status.phase() != Phase.Ready && status.phase() != Phase.Error) {
                    return Optional.of("5: it stays at phase " + status.phase() + ": " + status.conditions());
                }
                break;
            }
            state = next.getFirst().state();
        }
        settling.addAll(path);
        return Optional.empty();
    }

    private void add(State state, int parent, String how) {
        if (known.putIfAbsent(state, states.size()) == null) {
            states.add(state);
            parents.add(parent);
            words.add(how);
        }
    }

    private Found found(boolean whole, Optional<String> wrong) {
        return new Found(states.size(), transitions, whole, wrong);
    }

    private String trace(int from, String last, String wrong) {
        var lines = new ArrayList<String>();
        for (int at = from; at > 0; at = parents.get(at)) {
            lines.add(words.get(at));
        }
        Collections.reverse(lines);
        lines.add(last);
        return "property " + wrong + "\n  " + String.join("\n  ", lines);
    }
}
