package dev.nuages.core.sim;

import dev.nuages.core.Effect;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;

/** What no write of ours may do. */
final class Properties {
    private Properties() {}

    static Optional<String> ofWrite(State before, State after, Optional<Effect> effect) {
        if (effect.isEmpty() || before.cluster().equals(after.cluster())) {
            return Optional.empty();
        }
        return twoMigrations(after.cluster())
                .or(() -> unmigrated(before, after))
                .or(() -> secretChanged(before.cluster(), after.cluster()));
    }

    private static Optional<String> twoMigrations(Cluster after) {
        long running = after.ofType(Job.class).stream()
                .filter(job -> job.json().at("/status/conditions").size() == 0)
                .count();
        return running > 1 ? Optional.of("1: two migrations at once") : Optional.empty();
    }

    /** Whatever we write to a Deployment runs what was migrated, and takes no replica from it (nobody asks for less). */
    private static Optional<String> unmigrated(State before, State after) {
        for (var was : before.cluster().ofType(Deployment.class)) {
            if (after.cluster().find(was.ref()).filter(now -> !now.deleting()).isEmpty()) {
                return Optional.of("3: " + was + " is deleted");
            }
        }
        for (var now : after.cluster().ofType(Deployment.class)) {
            var was = before.cluster().find(now.ref());
            if (was.filter(o -> o == now).isEmpty()) {
                if (!after.log().migrated().contains(image(now))) {
                    return Optional.of("2: " + now + " runs " + image(now) + " before it is migrated");
                }
                if (now.json().at("/spec/replicas").asInt(1) < 1) {
                    return Optional.of("3: " + now + " loses its replicas");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> secretChanged(Cluster before, Cluster after) {
        for (var secret : before.ofType(Secret.class)) {
            if (!secret.ref().name().endsWith("-secret-key")) {
                continue;
            }
            var now = after.find(secret.ref());
            if (now.isEmpty()
                    || now.get().deleting()
                    || !now.get().json().path("data").equals(secret.json().path("data"))) {
                return Optional.of("4: " + secret + " changes by itself");
            }
        }
        return Optional.empty();
    }

    static String image(Stored workload) {
        return workload.json().at("/spec/template/spec/containers/0/image").asText();
    }
}
