package dev.nuages.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TourReadingTest {

    @Test
    void onlyTheBlocksOfTheTourAreSteps() {
        Tour tour = Tour.of("""
                # Title
                ```console
                $ rm -rf /
                ```
                ```console tour
                $ echo one
                one
                $ cat <<END
                > two
                > END
                two
                ```
                """);

        assertThat(tour.steps())
                .containsExactly(
                        new Tour.Step(6, "echo one", List.of("one"), 0),
                        new Tour.Step(8, "cat <<END\ntwo\nEND", List.of("two"), 0));
    }

    @Test
    void theExitCodeIsThatOfTheLastLine() {
        Tour.Step step =
                Tour.of("```console tour\n$ false\n(exit 1)\n```\n").steps().getFirst();

        assertThat(step.exitCode()).isEqualTo(1);
        assertThat(step.output()).isEmpty();
    }

    @Test
    void anEllipsisStandsForAnythingInALine() {
        Tour.Step step =
                Tour.of("```console tour\n$ x\nmysite   …   Ready\n```").steps().getFirst();

        assertThat(step.shows("mysite 1.0 Ready\n")).isTrue();
        assertThat(step.shows("mysite 1.0 Error\n")).isFalse();
        assertThat(step.shows("mysite 1.0\nReady\n")).isFalse();
    }

    @Test
    void aLineOfAnEllipsisStandsForAnyLines() {
        Tour.Step step =
                Tour.of("```console tour\n$ x\nbegin\n…\nend\n```").steps().getFirst();

        assertThat(step.shows("begin\nend\n")).isTrue();
        assertThat(step.shows("begin\na\n\nb\nend\n")).isTrue();
        assertThat(step.shows("begin\na\n")).isFalse();
    }

    @Test
    void outputWithoutACommandIsRefused() {
        assertThatThrownBy(() -> Tour.of("```console tour\none\n```"))
                .hasMessage("line 2 is the output of no command: one");
    }
}
