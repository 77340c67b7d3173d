package dev.nuages.core.djangoapp;

import static dev.nuages.core.djangoapp.SiteInMemory.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseStatus;
import dev.nuages.core.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is reckoned by how many pods, processes and threads there are, through the plans alone. */
class ScalingTest {
    private final SiteInMemory site = new SiteInMemory();

    @Test
    @DisplayName(
            "that Redis gives a task to a second worker while the first still ends it is said, and nothing where it does not")
    void drainsLongerThanItIsHidden() {
        var redis = WHOLE.replace("beat: {}", "broker: Redis\n    visibilityTimeoutSeconds: %d");
        site.ready(redis.formatted(599));
        assertThat(site.problems())
                .isEqualTo(
                        "pool slow has 600 s to end a task (drainSeconds), but Redis gives it to another worker after 599 s:"
                                + " let visibilityTimeoutSeconds be longer");
        var enough = new SiteInMemory();
        enough.ready(redis.formatted(600));
        assertThat(Conditions.find(enough.status().conditions(), "Configured")).isEmpty();
    }

    @Test
    @DisplayName("that pods of a pool are told to end sooner than its tasks need is said")
    void hurriedPools() {
        var scale = "slow: {autoscale: {maxReplicas: 4, targetCpuPercent: 60, scaleDownSeconds: %d}, ";
        site.ready(WHOLE.replace("slow: {", scale.formatted(599))
                + "  config: {CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT: 60}\n");
        assertThat(site.problems().split("; "))
                .containsExactly(
                        "pool slow takes pods away after 599 s of less to do (autoscale.scaleDownSeconds), while a task has"
                                + " 600 s to end (drainSeconds): busy workers may be told to end again and again, let it"
                                + " be as long",
                        "pool default has 60 s to end (drainSeconds), and is killed before"
                                + " CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT of config is over: let drainSeconds be longer");
        site.change(WHOLE.replace("slow: {", scale.formatted(600))
                + "  config: {CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT: 59}\n");
        site.settle();
        assertThat(Conditions.find(site.status().conditions(), "Configured")).isEmpty();
    }

    @Test
    @DisplayName(
            "an argument that says what a field says is told, for what else is reckoned by the field is not true then")
    void arguments() {
        site.ready(WHOLE.replace(
                        "web: {replicas: 2}",
                        "web: {replicas: 2, args: [--workers=9, -t, '90', --worker-connections=5, -k gevent]}")
                .replace("slow: {", "slow: {args: [-Qother, --pool, threads, -O, fair], "));
        assertThat(site.problems().split("; "))
                .containsExactly(
                        "args of web give --workers: set workers instead, which all else is reckoned by",
                        "args of web give -t: set timeoutSeconds instead, which all else is reckoned by",
                        "args of web give -k: set workerClass instead, which all else is reckoned by",
                        "args of celery-slow give -Q: set queues instead, which all else is reckoned by",
                        "args of celery-slow give --pool: set pool instead, which all else is reckoned by");

        site.change(WHOLE.replace("web: {replicas: 2}", "web: {server: Uvicorn, args: [--workers, '9', -t, '90']}"));
        site.settle();
        assertThat(site.problems())
                .isEqualTo("args of web give --workers: set workers instead, which all else is reckoned by");
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {asgi: 'mysite.asgi:application'}"));
        site.settle();
        assertThat(site.problems())
                .isEqualTo(
                        "web.asgi is run by gunicorn's workers of class gthread, which know WSGI alone: set web.server"
                                + " to Uvicorn or Daphne, or web.workerClass to uvicorn_worker.UvicornWorker");
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {workerClass: sync, threads: 8}"));
        site.settle();
        assertThat(site.problems())
                .isEqualTo(
                        "web.threads is 8 and web.workerClass sync, which gunicorn runs as gthread then: take out one"
                                + " of the two");
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {server: Daphne, args: [-t, '90']}"));
        site.settle();
        assertThat(Conditions.find(site.status().conditions(), "Configured")).isEmpty();
    }

    @Test
    @DisplayName(
            "where the budget is enforced, what was asked for while a migration ran is not deployed past it either")
    void pastTheBudgetMeanwhile() {
        var next = WHOLE.replace("1.0", "1.1");
        site.environment("{local: {}}", "connections: {policy: Enforce}");
        site.ready(WHOLE);
        site.change(next);
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Migrating);
        site.change(next.replace("web: {replicas: 2}", "web: {replicas: 50}"));
        site.migrated(3);
        assertThat(site.status().phase()).as(site.message()).isEqualTo(Phase.Error);
        assertThat(site.message())
                .startsWith("version 1.0 serves on; what is asked for is not deployed, for it could need");
        assertThat(site.image("mysite-web")).endsWith(":1.0");
        site.change(next);
        site.settle();
        assertThat(site.images("mysite-static")).endsWith("mysite:1.1");
    }

    @Test
    @DisplayName("that nothing limits the connections of requests at once is said")
    void connectionsOfRequests() {
        site.ready(WHOLE.replace("web: {replicas: 2}", "web: {replicas: 2, server: Uvicorn}"));
        assertThat(budget().getMessage())
                .contains("web (2+1 pods x 2 workers x 4 requests at once, which nothing limits there) 24");
    }

    @Test
    @DisplayName("what the server takes is what it says, less what the applications may need that share it")
    void connectionsOfASharedServer() {
        site.environment("{server: shared}", "connections: {policy: Enforce}");
        site.cluster.put(neighbour("shop", "web: {replicas: 40}"));
        site.cluster.put(neighbour("asleep", "stopped: true"));
        site.ready(WHOLE);
        assertThat(budget().getMessage())
                .as("before the server was asked")
                .doesNotContain("shop")
                .endsWith(" of 97");

        takes(500);
        assertThat(budget().getMessage())
                .matches("up to .* = (\\d+) connections, and 402 of DjangoApp shop on the same server: \\d+ of 500");

        takes(20);
        assertThat(budget().getStatus()).isEqualTo("False");
        assertThat(budget().getMessage())
                .endsWith("but the database takes 20: lower replicas, workers, threads or concurrency, or raise"
                        + " spec.local.maxConnections of PostgresServer shared");
        assertThat(site.status().phase())
                .as("what runs is not refused for what others ask for")
                .isEqualTo(Phase.Ready);
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {replicas: 1}"));
        site.settle();
        site.rolledOut();
        site.settle();
        assertThat(site.status().phase()).as("less may be asked for").isEqualTo(Phase.Ready);
        site.change(WHOLE.replace("web: {replicas: 2}", "web: {replicas: 3}"));
        site.settle();
        assertThat(site.status().phase()).as("more may not").isEqualTo(Phase.Error);
        site.change(WHOLE);

        site.environment("{server: shared}", "connections: {max: 90}");
        site.settle();
        assertThat(budget().getMessage()).doesNotContain("shop").endsWith(" of 90");
    }

    private Condition budget() {
        return Conditions.find(site.status().conditions(), "ConnectionBudget").orElseThrow();
    }

    private void takes(int connections) {
        var database = site.cluster.get(PostgresDatabase.class, "mysite");
        var said = Objects.requireNonNull(database.getStatus());
        database.setStatus(new PostgresDatabaseStatus(
                said.database(),
                said.databaseId(),
                said.secret(),
                connections,
                said.observedGeneration(),
                said.conditions()));
        site.settle();
    }

    private static DjangoApp neighbour(String name, String spec) {
        return Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: %1$s, namespace: default}
                spec:
                  image: %1$s
                  version: "1.0"
                  settings: %1$s.settings
                  host: %1$s.localhost
                  %2$s
                """.formatted(name, spec), DjangoApp.class);
    }

    @Test
    @DisplayName(
            "more connections than the database takes are told with the sum, and refused where the environment says so")
    void connectionBudget() {
        var greedy = WHOLE.replace("web: {replicas: 2}", "web: {replicas: 10}");
        site.ready(greedy);
        assertThat(budget().getStatus()).isEqualTo("False");
        assertThat(budget().getMessage())
                .contains(
                        "web (10+3 pods x 2 workers x 4 threads) 104",
                        "celery-slow (1+1 pods x 1 tasks) 2",
                        "takes 97:",
                        "or raise spec.postgres.local.maxConnections of DjangoEnvironment default");
        assertThat(site.status().phase()).isEqualTo(Phase.Ready);
        site.environment("{local: {}}", "connections: {max: 50, policy: Enforce}");
        site.change(greedy.replace("replicas: 10", "replicas: 12"));
        site.settle();
        assertThat(site.status().phase()).isEqualTo(Phase.Error);
        assertThat(site.message()).contains("version 1.0 serves on", "web (12+3 pods");
        assertThat(site.cluster.get(Deployment.class, "mysite-web").getSpec().getReplicas())
                .isEqualTo(10);
    }
}
