package dev.nuages.core.djangoapp;

import dev.nuages.api.AutoscaleSpec;
import dev.nuages.api.BeatSpec;
import dev.nuages.api.ConnectionsChoice;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.Processes;
import dev.nuages.api.WebSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many connections to the database an application may need at once: at most one for each thread that works on
 * something, in as many pods as a Deployment asks for and a rollout adds to them. Pods that are told to end are not counted,
 * for nobody knows how many there are at once: Kubernetes starts new ones beside them, and they keep their connections until
 * they have drained. Under ASGI, and in green threads, each request at a time may need one: of those some are assumed.
 *
 * @param terms what adds up, each in words
 * @param sum of the terms
 * @param limit what that is held against
 * @param running what the release that runs may need: nothing before there is one
 */
record ConnectionBudget(List<String> terms, int sum, Limit limit, int running, boolean enforced) {
    /** PostgreSQL's default max_connections of 100, less superuser_reserved_connections: until the server was asked. */
    private static final int DEFAULT_MAX = 97;

    /** Of a rollout: 25% more pods, as our Deployments have it. */
    private static final int SURGE_DIVISOR = 4;

    /**
     * How many connections there may be.
     *
     * @param others what the applications may need that share the server, by their names
     * @param max how many there may be, with those of the others
     * @param remedy what to raise where that is too little
     */
    private record Limit(SortedMap<String, Integer> others, int max, String remedy) {
        static Limit of(Wish wish, DjangoAppObserved seen) {
            var environment = "DjangoEnvironment " + Wish.environmentName(wish.app());
            var chosen = wish.connections().max();
            if (chosen != null) {
                return new Limit(
                        Collections.emptySortedMap(),
                        chosen,
                        "the server's max_connections and spec.connections.max of " + environment);
            }
            var server = wish.environment().postgres().server();
            var remedy = server == null
                    ? "spec.postgres.local.maxConnections of " + environment
                    : "spec.local.maxConnections of PostgresServer " + server;
            return seen.nested()
                    .database()
                    .flatMap(database -> Optional.ofNullable(database.getStatus()))
                    .flatMap(status -> Optional.ofNullable(status.maxConnections()))
                    .map(max -> new Limit(seen.neighbours(), max, remedy))
                    // What many share is more than the default, perhaps: only one's own need is held to that.
                    .orElse(new Limit(Collections.emptySortedMap(), DEFAULT_MAX, remedy));
        }
    }

    static ConnectionBudget of(Wish wish, DjangoAppObserved seen, DjangoAppStatus before) {
        var counted = new Count();
        counted.processes(wish.processes());
        return new ConnectionBudget(
                List.copyOf(counted.terms),
                counted.sum,
                Limit.of(wish, seen),
                Optional.ofNullable(before.release())
                        .map(release -> sum(release.processes()))
                        .orElse(0),
                wish.connections().policy() == ConnectionsChoice.Policy.Enforce);
    }

    /** How many connections these processes may need at once. */
    static int sum(Processes processes) {
        var counted = new Count();
        counted.processes(processes);
        return counted.sum;
    }

    boolean exceeded() {
        return total() > limit.max();
    }

    /** With what the others may need. */
    private int total() {
        return sum
                + limit.others().values().stream().mapToInt(Integer::intValue).sum();
    }

    /** What runs already is not refused for what others ask for later, nor is it to ask for less. */
    boolean refuses() {
        return enforced && exceeded() && sum > running;
    }

    String message() {
        var mine = "up to " + String.join(" + ", terms) + " = " + sum + " connections";
        var all = limit.others().isEmpty() ? mine : mine + ", and " + theirs() + " on the same server: " + total();
        return exceeded()
                ? all + ", but the database takes " + limit.max()
                        + ": lower replicas, workers, threads or concurrency, or raise " + limit.remedy()
                : all + " of " + limit.max();
    }

    private String theirs() {
        return limit.others().entrySet().stream()
                .map(other -> other.getValue() + " of DjangoApp " + other.getKey())
                .collect(Collectors.joining(", "));
    }

    private static final class Count {
        final List<String> terms = new ArrayList<>();
        int sum;

        void processes(Processes processes) {
            web(processes.web());
            Optional.ofNullable(processes.websockets())
                    .ifPresent(w -> scaled("websockets", pods(w.replicas(), w.autoscale()), 1, "connection"));
            Optional.ofNullable(processes.channelWorkers())
                    .orElse(Map.of())
                    .forEach((name, w) ->
                            scaled("channels-" + name, pods(w.replicas(), w.autoscale()), 1, "connection"));
            Optional.ofNullable(processes.celery()).ifPresent(celery -> {
                CeleryPools.pools(celery).forEach((name, pool) -> {
                    var scale = pool.autoscale();
                    var pods = scale != null
                            ? scale.maxReplicas()
                            : Optional.ofNullable(pool.replicas()).orElse(1);
                    scaled("celery-" + name, pods, CeleryPools.concurrency(pool), "tasks");
                });
                Beat.scheduler(celery)
                        .filter(scheduler -> scheduler == BeatSpec.Scheduler.Database)
                        .ifPresent(scheduler -> add("beat 1", 1));
            });
            Optional.ofNullable(processes.tasks())
                    .filter(tasks -> !tasks.isEmpty())
                    .ifPresent(tasks -> add("tasks " + tasks.size(), tasks.size()));
            add("migration 2", 2);
        }

        private void web(WebSpec web) {
            var workers = web.server() == WebSpec.Server.Daphne
                    ? 1
                    : Optional.ofNullable(web.workers()).orElse(2);
            var threads = Web.threads(web);
            var each = workers
                    + " workers x "
                    + threads
                    + (Web.threaded(web) ? " threads" : " requests at once, which nothing limits there");
            add("web", pods(web.replicas(), web.autoscale()), each, workers * threads);
        }

        private void scaled(String name, int pods, int each, String what) {
            add(name, pods, each + " " + what, each);
        }

        private void add(String name, int pods, String each, int ofEach) {
            var surge = surge(pods);
            int connections = (pods + surge) * ofEach;
            add(name + " (" + pods + "+" + surge + " pods x " + each + ") " + connections, connections);
        }

        private void add(String term, int connections) {
            terms.add(term);
            sum += connections;
        }

        private static int pods(@Nullable Integer replicas, @Nullable AutoscaleSpec autoscale) {
            return autoscale != null
                    ? autoscale.maxReplicas()
                    : Optional.ofNullable(replicas).orElse(1);
        }

        private static int surge(int pods) {
            return (pods + SURGE_DIVISOR - 1) / SURGE_DIVISOR;
        }
    }
}
