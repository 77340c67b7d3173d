package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.djangoapp.DjangoAppObserved;
import dev.nuages.core.djangoapp.DjangoApps;
import dev.nuages.core.postgresdatabase.PostgresDatabases;
import dev.nuages.core.postgresserver.PostgresServerObserved;
import dev.nuages.core.postgresserver.PostgresServers;
import dev.nuages.core.sim.Mutant.Fault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** No property is a check that cannot fail: each finds the faults that are planted for it, alone and soon. */
class MutationTest {
    /** More than any of them needs. */
    private static final int LIMIT = 10_000;

    private static final Pool POOL = new Pool();
    private static final Planning RIGHT = new Planner<>(DjangoApps::new, Stage.NOW);

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> migrations() {
        return Stream.of(
                deployed(
                        "a version is migrated while another still is",
                        OneMigrationAtOnce.class,
                        "two migrations run at once",
                        app -> app.asks("1.1").asks("1.2-broken"),
                        new Budget(2, 0, 0, 0),
                        misreads(json -> {
                            if (!json.at("/status/migration/version").equals(json.at("/spec/version"))) {
                                json.withObject("/status").remove("migration");
                            }
                        })),
                deployed(
                        "what was migrated is forgotten",
                        OneMigrationAtOnce.class,
                        "migrated again",
                        app -> app,
                        Budget.NONE,
                        misreads(json -> json.withObject("/status").remove("release"))),
                deployed(
                        "a version rolls out before its migration is recorded as done",
                        MigratedBeforeItRuns.class,
                        "which was never migrated",
                        app -> app.asks("1.1"),
                        new Budget(1, 0, 0, 0),
                        misreads(json -> json.withObject("/status/release")
                                .put(
                                        "image",
                                        AppModel.IMAGE
                                                + json.at("/spec/version").asText()))));
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> rollouts() {
        return Stream.of(
                deployed(
                        "the old version's processes are taken away while the new one is migrated",
                        OldVersionServes.class,
                        "is not migrated",
                        app -> app.asks("1.1"),
                        new Budget(1, 0, 0, 0),
                        spoils((seen, plan) -> migrates(plan) ? Mutant.with(plan, deletions(seen)) : plan)),
                deployed(
                        "old pods go before new ones are ready",
                        OldVersionServes.class,
                        "takes over",
                        app -> app.asks("1.1"),
                        new Budget(1, 0, 0, 0),
                        spoils((seen, plan) -> Mutant.applying(
                                plan,
                                Deployment.class,
                                json -> json.withObject("/spec/strategy/rollingUpdate")
                                        .put("maxUnavailable", "100%")))));
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> edits() {
        return Stream.of(
                edited(
                        Service.class,
                        ReadyInTheEnd.class,
                        "the site does not answer",
                        json -> json.withObject("/spec/selector").put("app.kubernetes.io/component", "web")),
                edited(
                        Ingress.class,
                        AsWrittenWhenReady.class,
                        "Ingress/mysite",
                        json -> ((ObjectNode) json.at("/spec/rules/0/http/paths/0/backend/service"))
                                .put("name", "mysite-web")),
                edited(
                        Deployment.class,
                        AsWrittenWhenReady.class,
                        "Deployment/mysite-web",
                        json -> ((ObjectNode) json.at("/spec/template/spec/containers/0"))
                                .put("image", AppModel.IMAGE + "1.0")));
    }

    private static <T extends HasMetadata> DynamicTest edited(
            Class<T> type, Class<? extends Property<?>> by, String why, Consumer<ObjectNode> reading) {
        return deployed(
                "what somebody made of a " + type.getSimpleName() + " is overlooked",
                by,
                why,
                app -> app.deploymentsAreEdited().anythingIsEdited(),
                new Budget(0, 1, 0, 0),
                Fault.overlooks(seen -> mistaken(seen, type, reading)));
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> data() {
        return Stream.of(
                deployed(
                        "a Secret is generated anew",
                        DataStays.class,
                        "the values of Secret/mysite-secret-key change",
                        app -> app,
                        Budget.NONE,
                        spoils((seen, plan) -> Mutant.with(plan, secretKey(seen).map(MutationTest::another)))),
                deployed(
                        "a Secret is deleted that is to be kept",
                        DataStays.class,
                        "is to be deleted",
                        app -> app,
                        Budget.NONE,
                        spoils((seen, plan) -> Mutant.with(
                                plan,
                                secretKey(seen)
                                        .map(secret -> new Effect.Delete(
                                                ObjectRef.of(secret),
                                                secret.getMetadata().getUid()))))),
                deployed(
                        "deletionPolicy Retain is not heeded",
                        DataStays.class,
                        "is gone",
                        app -> app.deletesAndCreates("Retain"),
                        new Budget(1, 0, 0, 0),
                        misreads(json -> json.withObject("/spec").put("deletionPolicy", "Delete"))));
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> endings() {
        return Stream.of(
                deployed(
                        "an error is never left",
                        ReadyInTheEnd.class,
                        "does not lead out of it",
                        app -> app.asks("1.2-broken"),
                        new Budget(1, 0, 0, 0),
                        (right, app, seen) -> app.getStatus() != null
                                        && app.getStatus().phase() == DjangoAppStatus.Phase.Error
                                ? new Plan<>(List.of(), List.of(), app.getStatus(), Optional.of(Duration.ofSeconds(30)))
                                : right.plan(app, seen, Stage.NOW)),
                deployed(
                        "an error does not say what it is",
                        ReadyInTheEnd.class,
                        "without a reason",
                        app -> app.asks("1.2-broken"),
                        new Budget(1, 0, 0, 0),
                        spoils((seen, plan) -> says(
                                plan,
                                json -> json.path("conditions")
                                        .forEach(condition -> ((ObjectNode) condition).put("message", ""))))),
                fromNothing(
                        "what waits does not look again",
                        ReadyInTheEnd.class,
                        "if nobody hears",
                        spoils((seen, plan) -> Mutant.unheeding(plan))),
                fromNothing(
                        "the migration's Job is never made",
                        ReadyInTheEnd.class,
                        "it stays as it is",
                        spoils((seen, plan) -> Mutant.without(plan, Effect.Create.class::isInstance))),
                fromNothing(
                        "there is something to tell, always",
                        QuietWhenReady.class,
                        "it goes round for ever",
                        spoils((seen, plan) -> Mutant.with(
                                plan,
                                Stream.of(new Effect.Emit(Effect.Severity.Normal, "StillThere", "still there"))))),
                fromNothing(
                        "Ready is said while it rolls out",
                        QuietWhenReady.class,
                        "it was said to be ready, and then",
                        spoils((seen, plan) -> plan.status().phase() == DjangoAppStatus.Phase.Deploying
                                ? says(plan, json -> json.put("phase", "Ready"))
                                : plan)));
    }

    /** The care that is taken for writes that arrive late and caches that are behind. */
    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> precautions() {
        return Stream.of(
                deployed(
                        "Jobs start as soon as they are made",
                        OneMigrationAtOnce.class,
                        "two migrations run at once",
                        app -> app.asks("1.0").asks("1.1"),
                        new Budget(2, 0, 0, 1),
                        spoils((seen, plan) -> Mutant.applying(
                                plan,
                                Job.class,
                                json -> json.withObject("/spec").put("suspend", false)))),
                deployed(
                        "nothing is confirmed",
                        OneMigrationAtOnce.class,
                        "two migrations run at once",
                        app -> app.asks("1.0").asks("1.1").watching(Set.of(DjangoApp.class)),
                        new Budget(2, 0, 1, 0),
                        spoils((seen, plan) -> Mutant.unconfirmed(plan))));
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> processes() {
        return Stream.of(
                whole(
                        "a scheduler is made beside one of another kind",
                        OneBeatAtOnce.class,
                        "two schedulers run at once",
                        app -> app.asksForScheduler("RedBeat"),
                        (right, app, seen) ->
                                Mutant.unconfirmed(right.plan(app, withoutStatefulSets(seen), Stage.NOW))),
                whole(
                        "a scheduler has two pods",
                        OneBeatAtOnce.class,
                        "two schedulers run at once",
                        app -> app,
                        spoils((seen, plan) -> Mutant.with(
                                plan,
                                seen.objects().stream()
                                        .filter(StatefulSet.class::isInstance)
                                        .map(MutationTest::doubled)))),
                whole(
                        "static files of the new version alone are served",
                        StaticFilesStay.class,
                        "does not have",
                        app -> app.asks("1.1"),
                        spoils((seen, plan) ->
                                Mutant.applying(plan, Deployment.class, MutationTest::currentFilesOnly))),
                whole(
                        "the processes of a version do not wait for its static files",
                        StaticFilesStay.class,
                        "does not have",
                        app -> app.asks("1.1"),
                        misreads(json -> json.withObject("/status/deploy")
                                .withArray("/staticImages")
                                .add(json.at("/status/release/image").asText()))),
                whole(
                        "a broker goes with the wish for it",
                        DrainedBeforeDeleted.class,
                        "is deleted while",
                        AppModel::asksForNoCelery,
                        (right, app, seen) -> app.getSpec().celery() == null
                                ? Mutant.with(
                                        right.plan(app, seen, Stage.NOW),
                                        seen.nested().rabbit().stream().map(MutationTest::deletion))
                                : right.plan(app, seen, Stage.NOW)),
                whole(
                        "workers are given a moment to end their tasks",
                        DrainedBeforeDeleted.class,
                        "has not the time",
                        AppModel::asksForNoCelery,
                        (right, app, seen) -> Mutant.with(
                                right.plan(app, seen, Stage.NOW),
                                seen.pods().stream()
                                        .filter(pod ->
                                                pod.getMetadata().getName().contains("celery"))
                                        .map(MutationTest::hurried))));
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> servers() {
        return Stream.of(
                DynamicTest.dynamicTest("a database is said to be ready without its extensions", () -> {
                    var database = new DatabaseModel(
                            POOL,
                            Mutant.planning(
                                    PostgresDatabases::new,
                                    Fault.misreads(object -> Mutant.changed(
                                            PostgresDatabase.class,
                                            object,
                                            json -> json.withObject("/spec").remove("extensions")))));
                    var model = database.model("no extensions").only(UsableWhenReady.class);
                    found(
                            model,
                            model.start(database.created(World.EMPTY, "Retain"), Budget.NONE),
                            "the database is not as it should be");
                }),
                DynamicTest.dynamicTest("a lost password is generated anew for a volume that there is", () -> {
                    var server = ServerModel.postgres(
                            POOL,
                            Mutant.planning(
                                    probes -> new PostgresServers(),
                                    (right, object, seen) ->
                                            Mutant.unconfirmed(right.plan(object, unused(seen), Stage.NOW))));
                    var model = server.model("a new password").only(PasswordOpensVolume.class);
                    found(
                            model,
                            model.start(server.created(World.EMPTY, "Retain"), new Budget(0, 1, 0, 0)),
                            "does not open");
                }));
    }

    private static PostgresServerObserved unused(PostgresServerObserved seen) {
        return seen.admin().isPresent()
                ? seen
                : new PostgresServerObserved(seen.admin(), seen.service(), Optional.empty(), Optional.empty());
    }

    private static DynamicTest whole(
            String words,
            Class<? extends Property<?>> by,
            String why,
            UnaryOperator<AppModel> people,
            Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> fault) {
        return spoilt(words, by, why, app -> app.createdWhole("Persistent"), people, new Budget(1, 0, 0, 0), fault);
    }

    private static DynamicTest deployed(
            String words,
            Class<? extends Property<?>> by,
            String why,
            UnaryOperator<AppModel> people,
            Budget budget,
            Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> fault) {
        return spoilt(words, by, why, app -> app.created(1, "Retain"), people, budget, fault);
    }

    /** A mutant that takes over from a right plan, when all is ready. */
    private static DynamicTest spoilt(
            String words,
            Class<? extends Property<?>> by,
            String why,
            Function<AppModel, World> given,
            UnaryOperator<AppModel> people,
            Budget budget,
            Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> fault) {
        return DynamicTest.dynamicTest(words, () -> {
            var app = new AppModel(POOL, RIGHT);
            var right = app.model("right").only(by);
            var start = new Search(right).calmly(right.start(given.apply(app), Budget.NONE));
            var model = people.apply(new AppModel(POOL, Mutant.planning(DjangoApps::new, fault)));
            found(model.model(words).only(by), start.with(budget), why);
        });
    }

    private static DynamicTest fromNothing(
            String words,
            Class<? extends Property<?>> by,
            String why,
            Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> fault) {
        return DynamicTest.dynamicTest(words, () -> {
            var app = new AppModel(POOL, Mutant.planning(DjangoApps::new, fault));
            var model = app.model(words).only(by);
            found(model, model.start(app.created(1, "Retain"), Budget.NONE), why);
        });
    }

    private static void found(Model model, State start, String why) {
        var found = new Search(model).from(start, LIMIT);
        System.out.println("mutant: " + found.size());
        assertThat(found.wrong()).as(model.name()).isPresent();
        var violation = found.wrong().orElseThrow();
        assertThat(violation.property()).isEqualTo(model.properties().getFirst().sentence());
        assertThat(violation.why()).contains(why);
    }

    private static Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> misreads(Consumer<ObjectNode> reading) {
        return Fault.misreads(app -> Mutant.changed(DjangoApp.class, app, reading));
    }

    private static Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> spoils(
            BiFunction<DjangoAppObserved, Plan<DjangoAppStatus>, Plan<DjangoAppStatus>> spoiling) {
        return Fault.spoils(spoiling);
    }

    private static boolean migrates(Plan<DjangoAppStatus> plan) {
        return plan.status().phase() == DjangoAppStatus.Phase.Migrating;
    }

    private static Plan<DjangoAppStatus> says(Plan<DjangoAppStatus> plan, Consumer<ObjectNode> change) {
        return Mutant.saying(plan, Mutant.changed(DjangoAppStatus.class, plan.status(), change));
    }

    private static Stream<Effect> deletions(DjangoAppObserved seen) {
        return seen.objects().stream().filter(Deployment.class::isInstance).map(MutationTest::deletion);
    }

    private static Effect deletion(HasMetadata object) {
        return new Effect.Delete(ObjectRef.of(object), object.getMetadata().getUid());
    }

    private static Effect doubled(HasMetadata set) {
        return new Effect.Apply(
                Mutant.changed(
                        StatefulSet.class, set, json -> json.withObject("/spec").put("replicas", 2)),
                Optional.of(set.getMetadata().getUid()),
                List.of());
    }

    private static Effect hurried(Pod worker) {
        return new Effect.Apply(
                Mutant.changed(
                        Pod.class, worker, json -> json.withObject("/spec").put("terminationGracePeriodSeconds", 5)),
                Optional.of(worker.getMetadata().getUid()),
                List.of());
    }

    private static DjangoAppObserved withoutStatefulSets(DjangoAppObserved seen) {
        return with(
                seen,
                seen.objects().stream()
                        .filter(object -> !(object instanceof StatefulSet))
                        .toList());
    }

    /** Takes all objects of a type for what they are not. */
    private static <T extends HasMetadata> DjangoAppObserved mistaken(
            DjangoAppObserved seen, Class<T> type, Consumer<ObjectNode> reading) {
        return with(
                seen,
                seen.objects().stream()
                        .map(object -> type.isInstance(object) ? Mutant.changed(type, object, reading) : object)
                        .toList());
    }

    private static DjangoAppObserved with(DjangoAppObserved seen, List<HasMetadata> objects) {
        return new DjangoAppObserved(
                seen.environment(),
                seen.nested(),
                seen.configured(),
                seen.serviceAccount(),
                seen.jobs(),
                seen.pods(),
                objects,
                seen.references(),
                seen.optional(),
                seen.unread(),
                seen.lostHosts(),
                seen.neighbours(),
                seen.site());
    }

    private static void currentFilesOnly(ObjectNode deployment) {
        if (deployment.at("/spec/template/spec/initContainers") instanceof ArrayNode copies && copies.size() > 1) {
            copies.remove(0);
        }
    }

    private static Stream<Secret> secretKey(DjangoAppObserved seen) {
        return seen.configured().secretKey().stream();
    }

    private static Effect another(Secret secret) {
        return new Effect.Apply(
                Mutant.changed(
                        Secret.class,
                        secret,
                        json -> json.withObject("/data").put("DJANGO_SECRET_KEY", "YW5vdGhlcg==")),
                Optional.of(secret.getMetadata().getUid()),
                List.of());
    }
}
