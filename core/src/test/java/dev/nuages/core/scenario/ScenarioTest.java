package dev.nuages.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.core.Kind;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import io.fabric8.kubernetes.client.CustomResource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plans as people can read them: a folder under {@code scenarios} for each behaviour. A new one needs a
 * {@code given.yaml}; {@code mvn -pl core -am test -Dtest=ScenarioTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dnuages.scenarios=write} writes every {@code then.yaml} anew, to be read before it is believed. The operator's
 * {@code ScenarioReplayTest} plays the same folders on a real API server.
 */
class ScenarioTest {
    private static final Path ROOT = Path.of("src/test/resources/scenarios");

    static List<Scenario> scenarios() {
        return Scenario.all(ROOT);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void the_plan_is_as_written(Scenario scenario) {
        var given = scenario.given();
        DatabaseProbe databases =
                (server, role, database, password) -> given.postgres().orElseThrow(ScenarioTest::nobodyMayAsk);
        BrokerProbe brokers =
                (broker, vhost, user, password) -> given.rabbitmq(broker).orElseThrow(ScenarioTest::nobodyMayAsk);
        check(scenario, given, scenario.kind(databases, brokers));
    }

    private static AssertionError nobodyMayAsk() {
        return new AssertionError("nobody may ask the server in this scenario");
    }

    private static <R extends CustomResource<?, S>, S, O> void check(
            Scenario scenario, Given given, Kind<R, S, O> kind) {
        var world = given.world(kind, given.primaryUid());
        var before = kind.type().cast(world.primary()).getStatus();
        var written = scenario.then();
        var then = Then.of(world.plan(kind), world.primary(), before, written);
        if ("write".equals(System.getProperty("nuages.scenarios"))) {
            scenario.write((ObjectNode) Trees.inOrderOf(written, then));
            written = then;
        }
        assertThat(Differences.between(Yaml.text(Trees.inOrderOf(then, written)), Yaml.text(then)))
                .as("%s: lines with - are only in then.yaml, those with + only in the plan", scenario)
                .isEmpty();
        assertThat(world.unused()).as("given, but no plan looks at them").isEmpty();
    }

    @Test
    @DisplayName("every file of the scenarios is read")
    void no_file_is_left_over() {
        assertThat(Scenario.unread(ROOT)).isEmpty();
    }
}
