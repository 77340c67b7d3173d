package dev.nuages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.TolerantReading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettledTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Ready        |                    | READY          | answers at http://mysite.localhost:8080/
            Ready        | maintenance: true  | IN_MAINTENANCE | is in maintenance, as spec.maintenance asks, at http://mysite.localhost:8080/
            Stopped      | stopped: true      | STOPPED        | is stopped, as spec.stopped asks
            Error        |                    | IN_ERROR       | is in Error: the migration failed
            Paused       | paused: true       | PAUSED         | is paused, as spec.paused asks
            """)
    void whatItsUserWantsIsSettledAndSaid(String phase, String spec, Settled settled, String words) {
        DjangoApp app = app(phase, 2, spec == null ? "" : ", " + spec);

        assertThat(Settled.of(app)).contains(settled);
        assertThat(settled.words(app)).isEqualTo(words);
    }

    @Test
    void whatTheOperatorIsAtWorkOnIsNotSettled() {
        assertThat(Settled.of(app("Deploying", 2, ", stopped: true"))).isEmpty();
        assertThat(Settled.of(app("Ready", 1, ""))).isEmpty();
        assertThat(Settled.of(new DjangoApp())).isEmpty();
    }

    static DjangoApp app(String phase, int observed, String spec) {
        return TolerantReading.serialization().unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: default, generation: 2, resourceVersion: "1", uid: one}
                spec: {image: nuages.local/mysite, version: "1.0", settings: mysite.settings%s}
                status:
                  phase: %s
                  observedGeneration: %d
                  url: http://mysite.localhost:8080
                  conditions: [{type: Ready, status: "False", reason: Any, message: the migration failed}]
                """.formatted(spec, phase, observed), DjangoApp.class);
    }
}
