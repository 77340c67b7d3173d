package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.core.Plan;
import dev.nuages.core.djangoapp.DjangoAppObserved;
import dev.nuages.core.djangoapp.DjangoApps;
import dev.nuages.core.sim.Mutant.Fault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;

/** Mutants of DjangoApp, as tests: each is searched for with the one property that it is planted for. */
final class AppMutant {
    private static final Pool POOL = new Pool();
    private static final Planning RIGHT = new Planner<>(DjangoApps::new, Stage.NOW);

    private AppMutant() {}

    /** One of an application with all its processes. */
    static DynamicTest whole(
            String words,
            Class<? extends Property<?>> by,
            String why,
            UnaryOperator<AppModel> people,
            Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> fault) {
        return whole("RabbitMQ", words, by, why, people, fault);
    }

    /** The same, with another broker. */
    static DynamicTest whole(
            String broker,
            String words,
            Class<? extends Property<?>> by,
            String why,
            UnaryOperator<AppModel> people,
            Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> fault) {
        return spoilt(
                words, by, why, app -> app.createdWhole(broker, "Persistent"), people, new Budget(1, 0, 0, 0), fault);
    }

    /** One of an application that has web processes only. */
    static DynamicTest deployed(
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
            Mutant.isFound(model.model(words).only(by), start.with(budget), why);
        });
    }

    /** A mutant that is there from the start. */
    static DynamicTest fromNothing(
            String words,
            Class<? extends Property<?>> by,
            String why,
            Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> fault) {
        return DynamicTest.dynamicTest(words, () -> {
            var app = new AppModel(POOL, Mutant.planning(DjangoApps::new, fault));
            var model = app.model(words).only(by);
            Mutant.isFound(model, model.start(app.created(1, "Retain"), Budget.NONE), why);
        });
    }

    static Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> misreads(Consumer<ObjectNode> reading) {
        return Fault.misreads(app -> Mutant.changed(DjangoApp.class, app, reading));
    }

    static Fault<DjangoApp, DjangoAppStatus, DjangoAppObserved> spoils(
            BiFunction<DjangoAppObserved, Plan<DjangoAppStatus>, Plan<DjangoAppStatus>> spoiling) {
        return Fault.spoils(spoiling);
    }

    static DjangoAppObserved with(DjangoAppObserved seen, List<HasMetadata> objects) {
        return new DjangoAppObserved(
                seen.environment(),
                seen.nested(),
                seen.configured(),
                seen.serviceAccount(),
                seen.jobs(),
                seen.pods(),
                objects,
                seen.refused(),
                seen.references(),
                seen.optional(),
                seen.unread(),
                seen.lostHosts(),
                seen.neighbours(),
                seen.site());
    }
}
