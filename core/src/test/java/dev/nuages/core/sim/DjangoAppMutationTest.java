package dev.nuages.core.sim;

import static dev.nuages.core.sim.AppMutant.deployed;
import static dev.nuages.core.sim.AppMutant.fromNothing;
import static dev.nuages.core.sim.AppMutant.misreads;
import static dev.nuages.core.sim.AppMutant.spoils;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.djangoapp.DjangoAppObserved;
import dev.nuages.core.sim.Mutant.Fault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** No property is a check that cannot fail: each finds the faults that are planted for it, alone and soon. */
class DjangoAppMutationTest {
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
                        misreads(json -> {
                            json.withObject("/status").remove("release");
                            if (json.at("/status/migration/state").asText().equals("Succeeded")) {
                                json.withObject("/status/migration").put("databaseId", "another");
                            }
                        })),
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
                        spoils((seen, plan) -> Mutant.with(plan, secretKey(seen).map(DjangoAppMutationTest::another)))),
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

    private static boolean migrates(Plan<DjangoAppStatus> plan) {
        return plan.status().phase() == DjangoAppStatus.Phase.Migrating;
    }

    private static Plan<DjangoAppStatus> says(Plan<DjangoAppStatus> plan, Consumer<ObjectNode> change) {
        return Mutant.saying(plan, Mutant.changed(DjangoAppStatus.class, plan.status(), change));
    }

    private static Stream<Effect> deletions(DjangoAppObserved seen) {
        return seen.objects().stream().filter(Deployment.class::isInstance).map(Mutant::deletion);
    }

    /** Takes all objects of a type for what they are not. */
    private static <T extends HasMetadata> DjangoAppObserved mistaken(
            DjangoAppObserved seen, Class<T> type, Consumer<ObjectNode> reading) {
        return AppMutant.with(
                seen,
                seen.objects().stream()
                        .map(object -> type.isInstance(object) ? Mutant.changed(type, object, reading) : object)
                        .toList());
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
