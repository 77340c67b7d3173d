package dev.nuages.core.sim;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppSpec;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.DjangoEnvironmentSpec;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresChoice;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.djangoapp.DjangoAppObserved;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** A DjangoApp, its controller, a database that becomes ready, and all who may do something to them. */
final class AppWorld {
    private static final Set<Class<? extends HasMetadata>> LAGGING =
            Set.of(DjangoApp.class, Job.class, Deployment.class, Secret.class, PostgresDatabase.class);
    private static final List<String> VERSIONS = List.of("1.0", "1.1", "1.2-broken");
    private static final ObjectRef APP = new ObjectRef(DjangoApp.class, "shop", "mysite");

    private final Pool pool = new Pool();
    private final ApiServer server = new ApiServer(pool);
    private final Progress progress = new Progress(pool);
    private final Planner<DjangoApp, DjangoAppStatus, DjangoAppObserved> planner;

    AppWorld(Kind<DjangoApp, DjangoAppStatus, DjangoAppObserved> kind) {
        planner = new Planner<>(kind, Instant.parse("2026-01-01T00:00:00Z"));
    }

    State start(State.Budget budget) {
        var environment = new DjangoEnvironment();
        environment.setMetadata(
                new ObjectMetaBuilder().withName("default").withNamespace("").build());
        environment.setSpec(new DjangoEnvironmentSpec(
                "localhost", null, new PostgresChoice(null, "shared"), null, null, null, null));
        var app = new DjangoApp();
        app.setMetadata(
                new ObjectMetaBuilder().withName("mysite").withNamespace("shop").build());
        app.setSpec(new DjangoAppSpec(
                null, "example/mysite", "1.0", "mysite.settings", "mysite.localhost", null, null, null, null, null));
        var cluster = server.create(server.create(Cluster.EMPTY, environment), app);
        return new State(
                cluster, Optional.empty(), Optional.empty(), new State.Log(new TreeSet<>(), new TreeSet<>()), budget);
    }

    /** Version 1.0, deployed while nobody meddled. */
    State deployed(State.Budget budget) {
        var state = start(budget);
        for (var next = next(state, false); !next.isEmpty(); next = next(state, false)) {
            state = next.getFirst().state();
        }
        return state;
    }

    /** All that can happen next; without {@code faults} only what does when nobody meddles and no cache lags. */
    List<State.Next> next(State state, boolean faults) {
        var next = new ArrayList<State.Next>();
        controller(state, faults, next);
        for (var move : progress.moves(state.cluster(), faults && state.budget().faults() > 0)) {
            next.add(progressed(state, move));
        }
        database(state, next);
        if (faults) {
            crash(state, next);
            adversary(state, next);
            user(state, next);
            caches(state, next);
        }
        return next;
    }

    private void controller(State state, boolean faults, List<State.Next> next) {
        if (state.flight().isPresent()) {
            var step = state.flight().get().step(server, state.cluster());
            var after = new State(step.after(), step.rest(), state.lag(), state.log(), state.budget());
            next.add(new State.Next(
                    "the controller " + step.words(), after, Properties.ofWrite(state, after, step.effect())));
            return;
        }
        plan(state, Optional.empty(), "the controller plans", next);
        if (faults && state.lag().isPresent()) {
            plan(
                    state,
                    state.lag(),
                    "the controller plans by an old cache of "
                            + state.lag().get().type().getSimpleName(),
                    next);
        }
    }

    private void plan(State state, Optional<View.Lag> lag, String words, List<State.Next> next) {
        planner.plan(state.cluster(), lag, APP)
                .filter(flight -> !flight.empty())
                .ifPresent(flight -> next.add(quiet(
                        words,
                        new State(state.cluster(), Optional.of(flight), state.lag(), state.log(), state.budget()))));
    }

    private State.Next progressed(State state, Progress.Move move) {
        var log = state.log();
        Optional<String> wrong = Optional.empty();
        for (var job : move.after().ofType(Job.class)) {
            var before = state.cluster().find(job.ref());
            if (before.isPresent() && before.get() != job && ended(job, "Complete")) {
                var image = Properties.image(job);
                if (log.done().contains(image)) {
                    wrong = Optional.of("1: " + image + " is migrated twice without a failure or a request between");
                }
                log = new State.Log(plus(log.migrated(), image), plus(log.done(), image));
            }
        }
        int faults = state.budget().faults() - (move.words().endsWith(" fails") ? 1 : 0);
        var budget = new State.Budget(
                state.budget().requests(), Math.max(0, faults), state.budget().lags());
        return new State.Next(move.words(), lagging(state, move.after(), log, budget), wrong);
    }

    private static boolean ended(Stored job, String how) {
        return job.json().at("/status/conditions").toString().contains(how);
    }

    /** The PostgresDatabase's own controller, in one step. */
    private void database(State state, List<State.Next> next) {
        for (var database : state.cluster().ofType(PostgresDatabase.class)) {
            if (database.deleting() || database.json().has("status")) {
                continue;
            }
            var ready = pool.edit(database, "ready", json -> {
                var status = json.withObject("/status").put("databaseId", "database-1");
                status.withArray("/conditions")
                        .addObject()
                        .put("type", "Ready")
                        .put("status", "True")
                        .put("reason", "Ready")
                        .put("message", "it is ready")
                        .put("observedGeneration", 1)
                        .put("lastTransitionTime", "2026-01-01T00:00:00Z");
            });
            var secret = new SecretBuilder()
                    .withNewMetadata()
                    .withName("mysite-database")
                    .withNamespace("shop")
                    .endMetadata()
                    .addToData("url", "cG9zdGdyZXM6Ly9teXNpdGU=")
                    .build();
            var after = server.create(state.cluster().with(ready), secret);
            next.add(quiet("the database is ready", lagging(state, after, state.log(), state.budget())));
        }
    }

    private static void crash(State state, List<State.Next> next) {
        if (state.flight().isPresent()) {
            next.add(quiet(
                    "the controller crashes and starts again",
                    new State(state.cluster(), Optional.empty(), state.lag(), state.log(), state.budget())));
        }
    }

    private void adversary(State state, List<State.Next> next) {
        var budget = state.budget();
        if (budget.faults() == 0) {
            return;
        }
        var less = new State.Budget(budget.requests(), budget.faults() - 1, budget.lags());
        for (var object : state.cluster().objects()) {
            if (object.object() instanceof DjangoApp
                    || object.object() instanceof DjangoEnvironment
                    || object.ref().name().equals("mysite-database")) {
                continue;
            }
            var log = state.log();
            if (object.object() instanceof Job) {
                log = new State.Log(log.migrated(), minus(log.done(), Properties.image(object)));
            }
            var after = state.cluster().without(object.ref());
            next.add(quiet("somebody deletes " + object, lagging(state, after, log, less)));
            if (object.object() instanceof Deployment
                    && object.json().at("/spec/replicas").asInt() != 0) {
                var edited = state.cluster()
                        .with(pool.edit(
                                object,
                                "scale to 0",
                                json -> json.withObject("/spec").put("replicas", 0)));
                next.add(quiet("somebody scales " + object + " to 0", lagging(state, edited, log, less)));
            }
        }
    }

    private void user(State state, List<State.Next> next) {
        var budget = state.budget();
        if (budget.requests() == 0) {
            return;
        }
        var app = state.cluster().find(APP).orElseThrow();
        var less = new State.Budget(budget.requests() - 1, budget.faults(), budget.lags());
        var asked = ((DjangoApp) app.object()).getSpec().version();
        for (var version : VERSIONS) {
            if (!version.equals(asked)) {
                var after = state.cluster()
                        .with(pool.edit(
                                app, version, json -> json.withObject("/spec").put("version", version)));
                var log =
                        new State.Log(state.log().migrated(), minus(state.log().done(), "example/mysite:" + version));
                next.add(quiet("the user asks for version " + version, lagging(state, after, log, less)));
            }
        }
        var after = state.cluster()
                .with(pool.edit(
                        app,
                        "retry" + less.requests(),
                        json -> json.withObject("/metadata")
                                .withObject("/annotations")
                                .put(Nuages.RETRY_ANNOTATION, String.valueOf(less.requests()))));
        var log = new State.Log(state.log().migrated(), minus(state.log().done(), "example/mysite:" + asked));
        next.add(quiet("the user asks for a retry", lagging(state, after, log, less)));
    }

    private static void caches(State state, List<State.Next> next) {
        if (state.lag().isPresent()) {
            next.add(quiet(
                    "the cache of " + state.lag().get().type().getSimpleName() + " catches up",
                    new State(state.cluster(), state.flight(), Optional.empty(), state.log(), state.budget())));
        } else if (state.budget().lags() > 0) {
            var budget = state.budget();
            var less = new State.Budget(budget.requests(), budget.faults(), budget.lags() - 1);
            LAGGING.stream()
                    .sorted((a, b) -> a.getName().compareTo(b.getName()))
                    .forEach(type -> next.add(quiet(
                            "the cache of " + type.getSimpleName() + " begins to lag",
                            new State(
                                    state.cluster(),
                                    state.flight(),
                                    Optional.of(
                                            new View.Lag(type, state.cluster().ofType(type))),
                                    state.log(),
                                    less))));
        }
    }

    private static State lagging(State state, Cluster after, State.Log log, State.Budget budget) {
        return new State(after, state.flight(), state.lag(), log, budget);
    }

    private static State.Next quiet(String words, State state) {
        return new State.Next(words, state, Optional.empty());
    }

    private static SortedSet<String> plus(Set<String> all, String one) {
        var more = new TreeSet<>(all);
        more.add(one);
        return more;
    }

    private static SortedSet<String> minus(Set<String> all, String one) {
        var less = new TreeSet<>(all);
        less.remove(one);
        return less;
    }

    /** What the application says of itself. */
    DjangoAppStatus status(State state) {
        var app = (DjangoApp) state.cluster().find(APP).orElseThrow().object();
        return Objects.requireNonNullElse(app.getStatus(), DjangoAppStatus.EMPTY);
    }

    /** What is on the way is forgotten, and the caches have caught up. */
    static State calm(State state) {
        return new State(
                state.cluster(),
                Optional.empty(),
                Optional.empty(),
                new State.Log(new TreeSet<>(), new TreeSet<>()),
                new State.Budget(0, 0, 0));
    }
}
