package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A watch that brings nothing, for it never begins: what was written is waited for, but not for ever. */
class OwnWritesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void what_was_written_is_waited_for_until_its_kind_is_gone() {
        try (var client =
                        new KubernetesClientBuilder().withConfig(Config.empty()).build();
                var caches = new Caches(client, Set.of(), List.of(HTTPRoute.class), object -> {})) {
            var app = new DjangoApp();
            app.setMetadata(meta());
            var route = new HTTPRouteBuilder().withMetadata(meta()).build();
            var ownWrites = new OwnWrites(caches);
            ownWrites.wrote(app, route, NOW);
            assertThat(ownWrites.cameBack(app, NOW)).isFalse();
            caches.remove(HTTPRoute.class);
            assertThat(ownWrites.cameBack(app, NOW)).as("without its kind").isTrue();
            ownWrites.wrote(app, route, NOW);
            assertThat(ownWrites.cameBack(app, NOW))
                    .as("a write of a kind that nobody watches")
                    .isTrue();
        }
    }

    @Test
    void nothing_is_waited_for_longer_than_some_seconds() {
        try (var client =
                        new KubernetesClientBuilder().withConfig(Config.empty()).build();
                var caches = new Caches(client, Set.of(), List.of(HTTPRoute.class), object -> {})) {
            var app = new DjangoApp();
            app.setMetadata(meta());
            var ownWrites = new OwnWrites(caches);
            ownWrites.wrote(app, new HTTPRouteBuilder().withMetadata(meta()).build(), NOW);
            assertThat(ownWrites.cameBack(app, NOW.plus(Duration.ofSeconds(9)))).isFalse();
            assertThat(ownWrites.cameBack(app, NOW.plus(Duration.ofSeconds(11))))
                    .isTrue();
        }
    }

    private static ObjectMeta meta() {
        return new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("mysite")
                .withResourceVersion("7")
                .build();
    }
}
