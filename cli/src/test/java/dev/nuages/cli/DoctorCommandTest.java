package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nuages.local.Check;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();

    @Test
    void aFixThatFailsIsSaidAndTheOtherChecksAreLookedAt() {
        var packages = new Check(
                "packages", () -> new Check.Wrong("Missing: runc."), Optional.of(new Check.Fix("install runc", () -> {
                    throw new IOException("no route to the mirror");
                })));
        var disk = new Check("disk", () -> new Check.Fine("There is room."), Optional.empty());

        assertThatThrownBy(() -> DoctorCommand.examine(List.of(packages, disk), true, new PrintWriter(out, true)))
                .isInstanceOf(Refusal.class)
                .hasMessage("1 of 2 checks found something wrong");
        assertThat(out.toString())
                .contains(
                        "packages: Missing: runc. It was not put right: no route to the mirror",
                        "disk: There is room.");
    }
}
