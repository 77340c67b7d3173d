package dev.nuages.core.djangoapp;

import dev.nuages.api.AutoscaleSpec;
import dev.nuages.api.BeatSpec;
import dev.nuages.api.ConnectionsChoice;
import dev.nuages.api.Processes;
import dev.nuages.api.WebSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many connections to the database an application may need at once: at most one for each thread that works on
 * something, in as many pods as a Deployment asks for and a rollout adds to them. Pods that are told to end are not counted,
 * for nobody knows how many there are at once: Kubernetes starts new ones beside them, and they keep their connections until
 * they have drained. Under ASGI, and in green threads, each request at a time may need one: of those some are assumed.
 *
 * @param terms what adds up, each in words
 * @param sum of the terms
 * @param max how many there may be
 */
record ConnectionBudget(List<String> terms, int sum, int max, boolean enforced) {
    /** PostgreSQL's default max_connections of 100, less superuser_reserved_connections. */
    private static final int DEFAULT_MAX = 97;

    /** Of a rollout: 25% more pods, as our Deployments have it. */
    private static final int SURGE_DIVISOR = 4;

    static ConnectionBudget of(Wish wish) {
        var counted = new Count();
        counted.processes(wish.processes());
        var choice = wish.connections();
        return new ConnectionBudget(
                List.copyOf(counted.terms),
                counted.sum,
                Optional.ofNullable(choice.max()).orElse(DEFAULT_MAX),
                choice.policy() == ConnectionsChoice.Policy.Enforce);
    }

    boolean exceeded() {
        return sum > max;
    }

    boolean refuses() {
        return exceeded() && enforced;
    }

    String message() {
        var total = String.join(" + ", terms) + " = " + sum + " connections";
        return exceeded()
                ? "up to " + total + ", but the database takes " + max
                        + ": lower replicas, workers, threads or concurrency, or raise the server's max_connections and"
                        + " spec.connections.max of the DjangoEnvironment"
                : "up to " + total + " of " + max;
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
            var threads = Optional.ofNullable(web.threads()).orElse(4);
            var pods = pods(web.replicas(), web.autoscale());
            var surge = surge(pods);
            add(
                    "web (%d+%d pods x %d workers x %d %s) %d"
                            .formatted(
                                    pods,
                                    surge,
                                    workers,
                                    threads,
                                    Web.threaded(web) ? "threads" : "requests at once, which nothing limits there",
                                    (pods + surge) * workers * threads),
                    (pods + surge) * workers * threads);
        }

        private void scaled(String name, int pods, int each, String what) {
            var surge = surge(pods);
            add(
                    "%s (%d+%d pods x %d %s) %d".formatted(name, pods, surge, each, what, (pods + surge) * each),
                    (pods + surge) * each);
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
