package dev.nuages.core.sim;

import static dev.nuages.core.sim.AppMutant.misreads;
import static dev.nuages.core.sim.AppMutant.spoils;
import static dev.nuages.core.sim.AppMutant.whole;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.core.Effect;
import dev.nuages.core.djangoapp.DjangoAppObserved;
import dev.nuages.core.sim.Mutant.Fault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** As {@link DjangoAppMutationTest}, for the properties of schedulers, static files and workers. */
class AllProcessesMutationTest {
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
                                        .map(AllProcessesMutationTest::doubled)))),
                whole(
                        "static files of the new version alone are served",
                        StaticFilesStay.class,
                        "does not have",
                        app -> app.asks("1.1"),
                        spoils((seen, plan) ->
                                Mutant.applying(plan, Deployment.class, AllProcessesMutationTest::currentFilesOnly))),
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
                        withoutCelery(seen -> seen.nested().rabbit())),
                whole(
                        "Redis",
                        "a Redis that is the broker goes with the wish for it",
                        DrainedBeforeDeleted.class,
                        "RedisInstance/mysite-durable is deleted while",
                        AppModel::asksForNoCelery,
                        withoutCelery(seen -> seen.nested().durable())),
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
                                        .map(AllProcessesMutationTest::hurried))));
    }

    /** Deletes something as soon as no Celery is asked for. */
    private static Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> withoutCelery(
            Function<DjangoAppObserved, Optional<? extends HasMetadata>> what) {
        return (right, app, seen) -> {
            var plan = right.plan(app, seen, Stage.NOW);
            return app.getSpec().celery() == null
                    ? Mutant.with(plan, what.apply(seen).stream().map(Mutant::deletion))
                    : plan;
        };
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
        return AppMutant.with(
                seen,
                seen.objects().stream()
                        .filter(object -> !(object instanceof StatefulSet))
                        .toList());
    }

    private static void currentFilesOnly(ObjectNode deployment) {
        if (deployment.at("/spec/template/spec/initContainers") instanceof ArrayNode copies && copies.size() > 1) {
            copies.remove(0);
        }
    }
}
