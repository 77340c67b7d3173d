package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.djangoapp.DjangoApps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DjangoAppSearchTest {
    static final int LIMIT = Integer.getInteger("limit", 12_000);

    private static final Pool POOL = new Pool();
    private static final Planning PLANNING = new Planner<>(DjangoApps::new, Stage.NOW);

    private static AppModel app() {
        return new AppModel(POOL, PLANNING);
    }

    @Test
    void fromNothing() {
        var app = app().asks("1.1");
        searchFromNothing(app, "from nothing", new Budget(1, 0, 1, 0));
    }

    @Test
    void twoReplicas() {
        var app = app().asks("1.0").asks("1.1").asks("1.2-broken").asksForRetries();
        deployed(app, "two replicas", 2, new Budget(2, 0, 0, 0));
    }

    @Test
    void oldCaches() {
        var app = app().asks("1.0").asks("1.1").asks("1.2-broken").asksForRetries();
        deployed(app, "old caches", 1, new Budget(2, 0, 1, 0));
    }

    @Test
    void adversary() {
        var app = app().asks("1.1")
                .anythingIsDeleted()
                .deploymentsAreEdited()
                .machinesBreak()
                .databaseIsLost();
        deployed(app, "an adversary", 1, new Budget(1, 1, 0, 0));
    }

    @Test
    void twoLeaders() {
        var app = app().asks("1.0").asks("1.1").asks("1.2-broken");
        deployed(app, "two leaders", 1, new Budget(2, 0, 0, 1));
    }

    @Test
    void adversaryAndCaches() {
        Set<Class<? extends HasMetadata>> kinds = Set.of(Deployment.class, Job.class, Secret.class);
        var app = app().asks("1.1").isDeleted(kinds).watching(kinds);
        deployed(app, "an adversary and old caches", 1, new Budget(1, 1, 1, 0));
    }

    @Test
    void deletedAndCreated() {
        var app = app().deletesAndCreates("Retain").asksForPolicy("Delete").asks("1.1");
        deployed(app, "deleted and created anew", 1, new Budget(2, 0, 1, 0));
    }

    @Test
    void badImages() {
        var app = app().asks("1.0").asks("1.3-missing").asks("1.4-crashing");
        deployed(app, "bad images", 1, new Budget(2, 0, 0, 0));
    }

    private static void deployed(AppModel app, String name, int replicas, Budget budget) {
        var model = app.model("DjangoApp, " + name);
        var search = new Search(model);
        search(
                search,
                search.calmly(model.start(app.created(replicas, "Retain"), Budget.NONE))
                        .with(budget));
    }

    private static void searchFromNothing(AppModel app, String name, Budget budget) {
        var model = app.model("DjangoApp, " + name);
        search(new Search(model), model.start(app.created(1, "Retain"), budget));
    }

    private static void search(Search search, State start) {
        var found = search.from(start, LIMIT);
        System.out.println(found.size());
        found.wrong().ifPresent(System.out::println);
        assertThat(found.wrong()).isEqualTo(Optional.empty());
        assertThat(found.whole() || found.states() >= LIMIT).isTrue();
    }
}
