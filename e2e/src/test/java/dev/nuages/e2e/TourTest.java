package dev.nuages.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The README's tour, run as it is written. */
@Tag("e2e")
@Order(0)
@ExtendWith(Evidence.class)
class TourTest {

    @Test
    @Processors.Shared
    void theTourGoesAsTheReadmeSays() throws IOException, InterruptedException {
        Path root = Repository.root();
        Tour tour = Tour.of(Files.readString(root.resolve("README.md")));
        assertThat(tour.steps()).as("steps in README.md").isNotEmpty();
        try (Bash bash = new Bash(root)) {
            for (Tour.Step step : tour.steps()) {
                Bash.Done done = bash.run(step.command(), Duration.ofMinutes(5));
                String where = "README.md:" + step.line() + " $ " + step.command() + "\n" + done.output();
                assertThat(done.exitCode()).as(where).isEqualTo(step.exitCode());
                assertThat(step.shows(done.output()))
                        .as(where + "is not what the README shows:\n" + String.join("\n", step.output()))
                        .isTrue();
            }
        }
    }
}
