package dev.nuages.core.djangoapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ServingTest {
    private static final Instant ASKED = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    @DisplayName("a site that does not answer is asked again in seconds, and after a minute as seldom as all else")
    void silence() {
        var site = new SiteInMemory();
        site.ready("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: default}
                spec: {image: mysite, version: "1.0", settings: mysite.settings, host: mysite.localhost}
                """);
        var app = site.cluster.get(DjangoApp.class, "mysite");
        var seen = site.kind.observe(app, site.cluster).with(new SiteAnswer(false, "no connection"));
        var first = site.kind.plan(app, seen, ASKED);
        assertThat(first.lookAgain()).hasValue(Duration.ofSeconds(3));
        app.setStatus(first.status());
        assertThat(site.kind.plan(app, seen, ASKED.plusSeconds(59)).lookAgain()).hasValue(Duration.ofSeconds(3));
        assertThat(site.kind.plan(app, seen, ASKED.plusSeconds(61)).lookAgain()).hasValue(Duration.ofSeconds(30));
    }
}
