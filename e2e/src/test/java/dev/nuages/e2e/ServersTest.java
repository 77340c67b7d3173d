package dev.nuages.e2e;

import static dev.nuages.e2e.Kubectl.kubectl;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers that no application made for itself. */
@Tag("e2e")
@ExtendWith(Evidence.class)
class ServersTest {
    @Test
    void serversOfTheirOwnBecomeReadyAndAnswer() {
        Namespaces.fresh("e2e-servers");
        Kubectl.apply("""
                apiVersion: nuages.dev/v1alpha1
                kind: PostgresServer
                metadata:
                  name: shared
                  namespace: e2e-servers
                spec:
                  deletionPolicy: Delete
                  local:
                    image: nuages.local/postgres:15
                ---
                apiVersion: nuages.dev/v1alpha1
                kind: RedisInstance
                metadata:
                  name: cache
                  namespace: e2e-servers
                spec:
                  deletionPolicy: Delete
                  local:
                    image: nuages.local/redis:7
                """);
        Kubectl.await("e2e-servers", "postgresserver/shared", "condition=Ready");
        Kubectl.await("e2e-servers", "redisinstance/cache", "condition=Ready");

        assertThat(kubectl(
                        "-n",
                        "e2e-servers",
                        "exec",
                        "shared-postgres-0",
                        "--",
                        "psql",
                        "-U",
                        "postgres",
                        "-Atc",
                        "select 6 * 7"))
                .isEqualToIgnoringNewLines("42");
        assertThat(kubectl("-n", "e2e-servers", "exec", "cache-redis-0", "--", "redis-cli", "ping"))
                .isEqualToIgnoringNewLines("PONG");
        Namespaces.remove("e2e-servers");
    }
}
