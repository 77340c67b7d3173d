package dev.nuages.core.sim;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Who takes part in a search: our controllers, Kubernetes, neighbours, users, and all who meddle. */
final class Stage {
    /** When all plans are made. */
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Pool pool;
    private final ApiServer server;
    private final Kubernetes kubernetes;
    private final User user = new User();
    private final Meddler meddler;
    private final List<Controller> controllers = new ArrayList<>();
    private final List<Actor> working = new ArrayList<>();
    private final List<Actor> meddling = new ArrayList<>();
    private Set<Class<? extends HasMetadata>> watched = Set.of();

    /**
     * @param pool may be shared by stages that are searched one after the other
     */
    Stage(Pool pool, Images images) {
        this.pool = pool;
        this.server = new ApiServer(pool);
        this.kubernetes = new Kubernetes(pool, images);
        this.meddler = new Meddler(pool, server, kubernetes);
        working.add((state, may) -> kubernetes.moves(state.cluster()).forEach(move -> may.accept(step(state, move))));
        meddling.add(meddler);
        meddling.add(user);
    }

    private static Step step(State state, Kubernetes.Move move) {
        var who = move.by() == Kubernetes.By.WORKLOADS ? Who.WORKLOADS : Who.GARBAGE_COLLECTION;
        return new Step(who, move.words(), state.with(move.after()));
    }

    Pool pool() {
        return pool;
    }

    ApiServer server() {
        return server;
    }

    User user() {
        return user;
    }

    Meddler meddler() {
        return meddler;
    }

    /** Takes a controller in, which may die, be replaced, and see what was. */
    Controller controller(Planning planning) {
        var controller = new Controller(planning, server);
        controllers.add(controller);
        meddling.addAll(List.of(controller::actByOldCaches, controller::crash, controller::handOver));
        return controller;
    }

    /** Somebody who works in the calm too. */
    void works(Actor actor) {
        working.add(actor);
    }

    /** Somebody who does not. */
    void meddles(Actor actor) {
        meddling.add(actor);
    }

    /** The kinds whose caches may be behind. */
    void watches(Set<Class<? extends HasMetadata>> types) {
        watched = types;
    }

    /**
     * What is searched.
     *
     * @param properties given what tells where a world comes to rest
     */
    Model model(String name, Subject subject, Function<Function<World, Rest>, List<Property<?>>> properties) {
        var all = new ArrayList<Property<?>>();
        var model = new Model(
                name, subject, List.copyOf(controllers), List.copyOf(working), List.copyOf(meddling), all, watched);
        all.addAll(properties.apply(new Calm(model, true)::from));
        return model;
    }
}
