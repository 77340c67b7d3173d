package dev.nuages.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ContainerProcessTest {
    private static final String STATUS = """
            Name:\t%s
            State:\tS (sleeping)
            PPid:\t4711
            SigIgn:\t0000000000001000
            SigCgt:\t%s
            """;

    @Test
    @DisplayName("a program with a handler for SIGTERM is asked by it")
    void term() {
        ContainerProcess web = ContainerProcess.parse(7, STATUS.formatted("gunicorn", "0000000008314a07"));

        assertThat(web.signal()).isEqualTo("TERM");
        assertThat(web.parent()).isEqualTo(4711);
    }

    @Test
    @DisplayName("PostgreSQL does not wait for its clients")
    void postgres() {
        assertThat(ContainerProcess.parse(7, STATUS.formatted("postgres", "0000000000014a07"))
                        .signal())
                .isEqualTo("INT");
    }

    @Test
    @DisplayName("a first process that would not notice SIGTERM is not waited for")
    void sleep() {
        assertThat(ContainerProcess.parse(7, STATUS.formatted("sleep", "0000000000000000"))
                        .signal())
                .isEqualTo("KILL");
    }

    @Test
    @DisplayName("what is gone has no parent")
    void gone() {
        assertThat(ContainerProcess.of(Integer.MAX_VALUE)).isEqualTo(new ContainerProcess(Integer.MAX_VALUE, "", 0, 0));
    }
}
