package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.djangoapp.DjangoApps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Searches that share their objects and plans, as many at a time as there are processors. */
class DjangoAppSearchTest {
    /** In place of each search's own bound; for a closer look at one of them. */
    private static final Optional<Integer> LIMIT = Optional.ofNullable(Integer.getInteger("limit"));

    private static final Pool POOL = new Pool();
    private static final Planning PLANNING = new Planner<>(DjangoApps::new, Stage.NOW);
    private static final Tally TALLY = new Tally("DjangoApp");
    private static final AtomicInteger BEGUN = new AtomicInteger();

    private static AppModel app() {
        return new AppModel(POOL, PLANNING);
    }

    @BeforeEach
    void begins() {
        BEGUN.incrementAndGet();
    }

    @AfterAll
    static void inAll() {
        System.out.println(TALLY);
        if (BEGUN.get() < tests() || LIMIT.isPresent()) {
            System.out.println(
                    "Some of the searches, or with another limit: how many states there are is not looked at.");
            return;
        }
        assertThat(TALLY.searches()).as("each test is a search that held").isEqualTo(BEGUN.get());
        assertThat(TALLY.states()).isGreaterThanOrEqualTo(100_000);
    }

    /** How many run where nobody chose some of them: fewer begin only where somebody did. */
    private static long tests() {
        return Arrays.stream(DjangoAppSearchTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class) && !method.isAnnotationPresent(Disabled.class))
                .count();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void fromNothing() {
        var app = app().asks("1.1");
        var model = app.model("DjangoApp, from nothing");
        search(new Search(model), model.start(app.created(1, "Retain"), new Budget(1, 0, 1, 0)), 12_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void twoReplicas() {
        var app = app().asks("1.0").asks("1.1").asks("1.2-broken").asksForRetries();
        deployed(app, "two replicas", 2, new Budget(2, 0, 0, 0), 3_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void oldCaches() {
        var app = app().asks("1.0").asks("1.1").asks("1.2-broken").asksForRetries();
        deployed(app, "old caches", 1, new Budget(2, 0, 1, 0), 20_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void adversary() {
        var app = app().asks("1.1")
                .anythingIsDeleted()
                .deploymentsAreEdited()
                .machinesBreak()
                .databaseIsLost();
        deployed(app, "an adversary", 1, new Budget(1, 1, 0, 0), 5_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void editor() {
        deployed(app().asks("1.1").anythingIsEdited(), "an editor", 1, new Budget(1, 1, 0, 0), 2_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void twoLeaders() {
        var app = app().asks("1.0").asks("1.1").asks("1.2-broken");
        deployed(app, "two leaders", 1, new Budget(2, 0, 0, 1), 20_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void adversaryAndCaches() {
        Set<Class<? extends HasMetadata>> kinds = Set.of(Deployment.class, Job.class, Secret.class);
        var app = app().asks("1.1").isDeleted(kinds).watching(kinds);
        deployed(app, "an adversary and old caches", 1, new Budget(1, 1, 1, 0), 10_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void deletedAndCreated() {
        var app = app().deletesAndCreates("Retain").asksForPolicy("Delete").asks("1.1");
        deployed(app, "deleted and created anew", 1, new Budget(2, 0, 1, 0), 18_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void badImages() {
        var app = app().asks("1.0").asks("1.3-missing").asks("1.4-crashing");
        deployed(app, "bad images", 1, new Budget(2, 0, 0, 0), 12_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void allProcesses() {
        whole(app().asks("1.0").asks("1.1"), "Persistent", "all processes", new Budget(2, 0, 0, 0), 1_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void otherSchedulers() {
        var app = app().asksForScheduler("Persistent")
                .asksForScheduler("Database")
                .asksForNoCelery();
        whole(app, "Persistent", "other schedulers", new Budget(2, 0, 0, 0), 1_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void schedulerIsLost() {
        var app = app().asks("1.1").asksForScheduler("RedBeat").isDeleted(Set.of(Pod.class));
        whole(app, "Database", "a scheduler's pod is lost", new Budget(1, 1, 0, 0), 2_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void fixForward() {
        var app = app().asks("1.4-crashing").asks("1.1");
        var model = app.model("DjangoApp, a fix forward");
        var search = new Search(model);
        var deployed = search.calmly(model.start(app.createdWhole("RabbitMQ", "Persistent"), Budget.NONE));
        var crashes = search.calmly(search.asked(deployed.with(new Budget(2, 0, 0, 0)), "version 1.4-crashing"));
        search.pave(crashes);
        search(search, crashes, 2_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void otherBrokers() {
        var app = app().asksForBroker("RabbitMQ").asksForNoCelery();
        whole(app, "Redis", "Persistent", "other brokers", new Budget(1, 0, 0, 0), 700);
    }

    private static void whole(AppModel app, String scheduler, String name, Budget budget, int limit) {
        whole(app, "RabbitMQ", scheduler, name, budget, limit);
    }

    private static void whole(AppModel app, String broker, String scheduler, String name, Budget budget, int limit) {
        var model = app.model("DjangoApp, " + name);
        var search = new Search(model);
        var start = search.calmly(model.start(app.createdWhole(broker, scheduler), Budget.NONE));
        search.pave(start.with(budget));
        search(search, start.with(budget), limit);
    }

    private static void deployed(AppModel app, String name, int replicas, Budget budget, int limit) {
        var model = app.model("DjangoApp, " + name);
        var search = new Search(model);
        var start = search.calmly(model.start(app.created(replicas, "Retain"), Budget.NONE));
        search(search, start.with(budget), limit);
    }

    private static void search(Search search, State start, int limit) {
        TALLY.held(search, start, LIMIT.orElse(limit));
    }
}
