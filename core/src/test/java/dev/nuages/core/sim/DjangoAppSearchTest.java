package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.djangoapp.DjangoApps;
import dev.nuages.core.djangoapp.SiteAnswer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DjangoAppSearchTest {
    @Test
    void nothingBreaksAPropertyFromTheStart() {
        var world =
                new AppWorld(new DjangoApps((namespace, service, host, path) -> new SiteAnswer(true, "it answers")));
        search(world, world.start(new State.Budget(1, 1, 1)), 50_000);
    }

    @Test
    void nothingBreaksAPropertyOnceDeployed() {
        var world =
                new AppWorld(new DjangoApps((namespace, service, host, path) -> new SiteAnswer(true, "it answers")));
        search(world, world.deployed(new State.Budget(2, 1, 1)), 100_000);
    }

    private static void search(AppWorld world, State start, int limit) {
        long begun = System.nanoTime();
        var found = new Search(world, limit).from(start);
        System.out.printf(
                "DjangoApp: %,d states, %,d transitions, %s, %.1f s%n",
                found.states(),
                found.transitions(),
                found.whole() ? "the whole space" : "up to the limit",
                (System.nanoTime() - begun) / 1e9);
        assertThat(found.wrong()).isEqualTo(Optional.empty());
        assertThat(found.whole() || found.states() >= limit).isTrue();
    }
}
