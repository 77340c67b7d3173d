package dev.nuages.core.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Breadth first through all states, so that the first trace found is a shortest one. */
final class Search {
    private final Model model;
    private final List<Calm> calms;
    private final List<State> states = new ArrayList<>();
    private final Map<State, Integer> known = new HashMap<>();
    private final Map<World, List<Rest>> rests = new HashMap<>();
    private int[] parents = new int[1024];
    private long transitions;
    private Optional<Violation> wrong = Optional.empty();

    /**
     * What was searched.
     *
     * @param whole whether these are all states that can be reached
     */
    record Found(String name, int states, long transitions, boolean whole, double seconds, Optional<Violation> wrong) {
        /** The size of the search, for people. */
        String size() {
            return "%s: %,d states, %,d transitions, %s, %.1f s"
                    .formatted(
                            name,
                            states,
                            transitions,
                            wrong.isPresent() ? "a violation" : whole ? "the whole space" : "up to the limit",
                            seconds);
        }
    }

    /** The property that does not hold, why, and the shortest way there. */
    record Violation(String property, String why, List<String> trace) {
        @Override
        public String toString() {
            var text = new StringBuilder("property " + property + "\nis broken: " + why);
            for (int i = 0; i < trace.size(); i++) {
                text.append("\n%3d. %s".formatted(i + 1, trace.get(i)));
            }
            return text.toString();
        }
    }

    Search(Model model) {
        this.model = model;
        this.calms = model.properties().stream().anyMatch(Property::judgesRest)
                ? List.of(new Calm(model, true), new Calm(model, false))
                : List.of();
    }

    /** All states that can be reached from this one, up to so many. */
    Found from(State start, int limit) {
        long begun = System.nanoTime();
        add(start, -1);
        int at = 0;
        while (at < states.size() && states.size() < limit && wrong.isEmpty()) {
            wrong = visit(at++);
        }
        return new Found(
                model.name(),
                states.size(),
                transitions,
                at == states.size(),
                (System.nanoTime() - begun) / 1e9,
                wrong);
    }

    /**
     * Goes each way from a state to rest, on which a user asks for something and nobody else meddles: a search that is begun
     * there goes on from all states on these ways, and so does not end at its bound before a deploy does.
     */
    void pave(State start) {
        int from = add(start, -1);
        var calm = new Calm(model, true);
        model.next(start).stream().filter(step -> step.who() == Who.USER).forEach(asked -> {
            var state = start;
            int at = from;
            var step = Optional.of(asked);
            while (step.isPresent() && wrong.isEmpty()) {
                var judged = judge(state, step.get());
                if (judged.wrong().isPresent()) {
                    wrong = Optional.of(violation(judged, at, step.get().words()));
                }
                state = judged.after();
                // Where it has been before it goes on as it did then, perhaps for ever.
                step = known.containsKey(state) ? Optional.empty() : calm.next(state);
                at = add(state, at);
            }
        });
    }

    /** All that were found. */
    List<State> states() {
        return Collections.unmodifiableList(states);
    }

    private Optional<Violation> visit(int at) {
        var state = states.get(at);
        for (var step : model.next(state)) {
            transitions++;
            var judged = judge(state, step);
            if (judged.wrong().isPresent()) {
                return Optional.of(violation(judged, at, step.words()));
            }
            add(judged.after(), at);
        }
        for (var rest : rests.computeIfAbsent(state.world(), this::rests)) {
            var judged = judge(state, rest);
            if (judged.wrong().isPresent()) {
                return Optional.of(violation(judged, at, "from here on nobody meddles"));
            }
        }
        return Optional.empty();
    }

    private List<Rest> rests(World world) {
        return calms.stream().map(calm -> calm.from(world)).toList();
    }

    private record Judged(State after, String property, Optional<String> wrong) {}

    private Judged judge(State before, Step step) {
        var memories = new ArrayList<Object>(before.memories().size());
        boolean same = true;
        for (int i = 0; i < model.properties().size(); i++) {
            var memory = before.memories().get(i);
            var verdict = judge(model.properties().get(i), memory, before, step);
            if (verdict.wrong().isPresent()) {
                return new Judged(step.after(), model.properties().get(i).sentence(), verdict.wrong());
            }
            same &= memory.equals(verdict.memory());
            memories.add(verdict.memory());
        }
        return new Judged(same ? step.after() : step.after().remembering(List.copyOf(memories)), "", Optional.empty());
    }

    @SuppressWarnings("unchecked") // each property is given what it remembered itself
    private static <M> Property.Verdict<?> judge(Property<M> property, Object memory, State before, Step step) {
        return property.judge((M) memory, before, step);
    }

    private Judged judge(State state, Rest rest) {
        for (int i = 0; i < model.properties().size(); i++) {
            var wrong = judge(model.properties().get(i), state.memories().get(i), rest);
            if (wrong.isPresent()) {
                return new Judged(state, model.properties().get(i).sentence(), wrong);
            }
        }
        return new Judged(state, "", Optional.empty());
    }

    @SuppressWarnings("unchecked") // as above
    private static <M> Optional<String> judge(Property<M> property, Object memory, Rest rest) {
        return property.judge((M) memory, rest);
    }

    /** Answers which one it is. */
    private int add(State state, int parent) {
        var found = known.get(state);
        if (found != null) {
            return found;
        }
        int at = states.size();
        if (at == parents.length) {
            parents = Arrays.copyOf(parents, 2 * at);
        }
        parents[at] = parent;
        states.add(state);
        known.put(state, at);
        return at;
    }

    private Violation violation(Judged judged, int from, String last) {
        var words = new ArrayList<String>();
        words.add(last);
        for (int at = from; parents[at] >= 0; at = parents[at]) {
            words.add(words(states.get(parents[at]), states.get(at)));
        }
        return new Violation(judged.property(), judged.wrong().orElseThrow(), words.reversed());
    }

    /** States are many and traces few: the words of a step are found again rather than kept. */
    private String words(State from, State to) {
        return model.next(from).stream()
                .filter(step -> judge(from, step).after().equals(to))
                .map(Step::words)
                .findFirst()
                .orElse("?");
    }

    /** After the user has asked for something. */
    State asked(State start, String what) {
        var asked = model.next(start).stream()
                .filter(step -> step.who() == Who.USER && step.words().endsWith("asks for " + what))
                .findFirst();
        return judge(start, asked.orElseThrow()).after();
    }

    /** Where it comes to rest from here, with all that the properties remember of the way. */
    State calmly(State start) {
        var state = start;
        var calm = new Calm(model, true);
        for (var step = calm.next(state); step.isPresent(); step = calm.next(state)) {
            var judged = judge(state, step.get());
            if (judged.wrong().isPresent()) {
                throw new AssertionError(
                        "property " + judged.property() + ": " + judged.wrong().get());
            }
            state = judged.after();
        }
        return state;
    }
}
