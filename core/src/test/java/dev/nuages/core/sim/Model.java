package dev.nuages.core.sim;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is searched.
 *
 * @param controllers ours; they work in the calm too
 * @param working who else works in the calm: Kubernetes, and neighbours
 * @param meddling who does not
 * @param watched the kinds whose caches may be behind
 */
record Model(
        String name,
        Subject subject,
        List<Controller> controllers,
        List<Actor> working,
        List<Actor> meddling,
        List<Property<?>> properties,
        Set<Class<? extends HasMetadata>> watched) {

    /** The same, of which only one property is held. */
    Model only(Class<? extends Property<?>> property) {
        return new Model(
                name,
                subject,
                controllers,
                working,
                meddling,
                properties.stream().filter(property::isInstance).toList(),
                watched);
    }

    /** All that may come next. */
    List<Step> next(State state) {
        var steps = new ArrayList<Step>();
        controllers.forEach(actor -> actor.act(state, steps::add));
        working.forEach(actor -> actor.act(state, steps::add));
        meddling.forEach(actor -> actor.act(state, steps::add));
        if (state.budget().lags() > 0) {
            List.copyOf(steps).forEach(step -> unheard(state, step, steps));
        }
        return steps;
    }

    /** The same step, of which the cache of a kind that it changes does not hear. */
    private void unheard(State state, Step step, List<Step> steps) {
        for (var type : step.after().cluster().changedSince(state.cluster())) {
            // What a rollout says of itself is behind often enough when it is so from its beginning.
            var counts = step.who() == Who.WORKLOADS && type == Deployment.class;
            if (watched.contains(type) && !counts) {
                steps.add(new Step(
                        step.who(),
                        step.words() + "; the cache of " + type.getSimpleName() + " does not hear of it",
                        step.after()
                                .withOld(type, state.cluster().ofType(type))
                                .with(step.after().budget().lessLags())));
            }
        }
    }

    /** Where nothing has happened yet. */
    State start(World world, Budget budget) {
        return State.of(world, properties.stream().<Object>map(Property::start).toList(), budget);
    }
}
