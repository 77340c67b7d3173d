package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.core.Effect;
import dev.nuages.core.Kind;
import dev.nuages.core.Lookup;
import dev.nuages.core.Plan;
import dev.nuages.core.djangoapp.DjangoAppObserved;
import dev.nuages.core.djangoapp.DjangoApps;
import dev.nuages.core.djangoapp.SiteAnswer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Checks the checker: with a plan that has lost its care, the search finds what is wrong. */
class MutationTest {
    @Test
    void findsVersionsThatRunBeforeTheyAreMigrated() {
        assertThat(wrong((app, plan) -> replaced(
                        plan,
                        effect ->
                                effect instanceof Effect.Apply apply && apply.wanted() instanceof Deployment deployment
                                        ? new Effect.Apply(
                                                new DeploymentBuilder(deployment)
                                                        .editSpec()
                                                        .editTemplate()
                                                        .editSpec()
                                                        .editFirstContainer()
                                                        .withImage("example/mysite:"
                                                                + app.getSpec().version())
                                                        .endContainer()
                                                        .endSpec()
                                                        .endTemplate()
                                                        .endSpec()
                                                        .build(),
                                                apply.seen(),
                                                apply.drift())
                                        : effect)))
                .containsPattern("^property [26]");
    }

    @Test
    void findsMigrationsThatAreNeverStarted() {
        assertThat(wrong((app, plan) -> new Plan<>(
                        plan.confirmations(),
                        plan.effects().stream()
                                .filter(e -> !(e instanceof Effect.Apply apply && apply.wanted() instanceof Job))
                                .toList(),
                        plan.status(),
                        plan.lookAgain())))
                .startsWith("property 5");
    }

    /** As the careful plan left it. */
    private static State start(AppWorld world) {
        return world.deployed(new State.Budget(1, 1, 1));
    }

    private static Plan<DjangoAppStatus> replaced(
            Plan<DjangoAppStatus> plan, java.util.function.UnaryOperator<Effect> change) {
        return new Plan<>(
                plan.confirmations(), plan.effects().stream().map(change).toList(), plan.status(), plan.lookAgain());
    }

    private static String wrong(BiFunction<DjangoApp, Plan<DjangoAppStatus>, Plan<DjangoAppStatus>> mutation) {
        var world = new AppWorld(new Mutated(mutation));
        var found = new Search(world, 60_000).from(start(world));
        return found.wrong().orElse("nothing found in " + found.states() + " states");
    }

    private record Mutated(BiFunction<DjangoApp, Plan<DjangoAppStatus>, Plan<DjangoAppStatus>> mutation)
            implements Kind<DjangoApp, DjangoAppStatus, DjangoAppObserved> {
        private static final DjangoApps APPS =
                new DjangoApps((namespace, service, host, path) -> new SiteAnswer(true, "it answers"));

        @Override
        public Class<DjangoApp> type() {
            return APPS.type();
        }

        @Override
        public List<Class<? extends HasMetadata>> makes() {
            return APPS.makes();
        }

        @Override
        public DjangoAppObserved observe(DjangoApp app, Lookup lookup) {
            return APPS.observe(app, lookup);
        }

        @Override
        public Plan<DjangoAppStatus> plan(DjangoApp app, DjangoAppObserved seen, Instant now) {
            return mutation.apply(app, APPS.plan(app, seen, now));
        }
    }
}
