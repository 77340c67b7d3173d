package dev.nuages.core.sim;

import dev.nuages.core.ObjectRef;
import dev.nuages.core.sim.Rest.Outcome;
import dev.nuages.core.sim.Rest.Standing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** An object whose Ready condition says how it stands. */
final class KindSubject implements Subject {
    private final ObjectRef ref;
    private final BiFunction<World, ObjectRef, Optional<Flight>> plan;
    private final Map<String, UnaryOperator<World>> waysOut;

    /**
     * @param plan what an object's next plan would be
     * @param waysOut by the reason, what people may do about an error; any other reason is no error
     */
    KindSubject(
            ObjectRef ref,
            BiFunction<World, ObjectRef, Optional<Flight>> plan,
            Map<String, UnaryOperator<World>> waysOut) {
        this.ref = ref;
        this.plan = plan;
        this.waysOut = waysOut;
    }

    @Override
    public Outcome outcome(World world) {
        var found = world.cluster().find(ref);
        if (found.isEmpty()) {
            return new Outcome(Standing.GONE, "", "");
        }
        var object = found.get();
        for (var condition : object.json().at("/status/conditions")) {
            var current = condition.path("observedGeneration").asText().equals(object.text("/metadata/generation"));
            if (condition.path("type").asText().equals("Ready") && current) {
                var reason = condition.path("reason").asText();
                return new Outcome(
                        standing(object, condition.path("status").asText(), reason),
                        reason,
                        condition.path("message").asText());
            }
        }
        return new Outcome(Standing.WAITING, "", "nothing is said of it");
    }

    private Standing standing(Stored object, String ready, String reason) {
        if (ready.equals("True") && !object.deleting()) {
            return Standing.READY;
        }
        return waysOut.containsKey(reason) && !object.deleting() ? Standing.ERROR : Standing.WAITING;
    }

    @Override
    public boolean looksAgain(World world) {
        return plan.apply(world, ref)
                .map(flight -> !flight.idle() || flight.plan().lookAgain().isPresent())
                .orElse(true);
    }

    @Override
    public List<World> waysOut(World world, Outcome error) {
        return Optional.ofNullable(waysOut.get(error.reason()))
                .map(way -> way.apply(world))
                .map(List::of)
                .orElse(List.of());
    }
}
