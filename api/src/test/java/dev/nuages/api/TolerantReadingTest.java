package dev.nuages.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TolerantReadingTest {
    @Test
    @DisplayName("an application that a newer version of its kind gave fields to is read without them")
    void fieldsOfANewerVersion() {
        var app = TolerantReading.serialization().unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite}
                spec: {version: "1.0", web: {replicas: 2, colour: blue}, weather: fine}
                status: {phase: Ready, mood: {good: true}}
                """, DjangoApp.class);
        assertThat(app.getSpec().version()).isEqualTo("1.0");
        assertThat(app.getSpec().web())
                .isNotNull()
                .satisfies(web -> assertThat(web.replicas()).isEqualTo(2));
        assertThat(app.getStatus())
                .isNotNull()
                .satisfies(status -> assertThat(status.phase()).isEqualTo(DjangoAppStatus.Phase.Ready));
    }
}
