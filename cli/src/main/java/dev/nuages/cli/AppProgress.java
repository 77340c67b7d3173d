package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus.Phase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Follows one application until it is settled.
 *
 * @param client the cluster
 * @param say hears each phase when it is entered, with what it waits for when that changes
 * @param passing how long an Error may be there that the operator gets over by itself: it is that of before, until the
 *     operator has seen what was made since
 */
record AppProgress(KubernetesClient client, Consumer<String> say, Duration passing) {
    static final Duration PASSING = Duration.ofSeconds(10);

    AppProgress(KubernetesClient client, Consumer<String> say) {
        this(client, say, PASSING);
    }

    /**
     * Returns the application when it is {@link Settled}; in Error, only if it stays so.
     *
     * @throws Refusal if it is not settled in time
     */
    DjangoApp awaitSettled(String namespace, String name, Duration timeout) {
        Narration narration = new Narration(say);
        Resource<DjangoApp> resource =
                client.resources(DjangoApp.class).inNamespace(namespace).withName(name);
        try {
            DjangoApp app = awaitSettled(resource, narration, timeout);
            while (Settled.of(app).equals(Optional.of(Settled.IN_ERROR))) {
                try {
                    await(resource, narration, seen -> !isInError(seen), passing);
                } catch (KubernetesClientTimeoutException stays) {
                    return app;
                }
                app = awaitSettled(resource, narration, timeout);
            }
            return app;
        } catch (KubernetesClientTimeoutException e) {
            throw new Refusal(
                    name + " is not Ready after " + timeout.toSeconds() + " s; it says: " + narration.last, e);
        }
    }

    private static DjangoApp awaitSettled(Resource<DjangoApp> resource, Narration narration, Duration timeout) {
        return await(resource, narration, seen -> Settled.of(seen).isPresent(), timeout);
    }

    private static DjangoApp await(
            Resource<DjangoApp> resource, Narration narration, Predicate<DjangoApp> until, Duration timeout) {
        return resource.waitUntilCondition(
                seen -> {
                    narration.hear(seen);
                    return until.test(seen);
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static boolean isInError(DjangoApp app) {
        return app != null && app.getStatus() != null && app.getStatus().phase() == Phase.Error;
    }

    /** Says each thing once. */
    private static final class Narration {
        private final Consumer<String> say;
        private volatile String last = "nothing yet: is the operator running?";

        Narration(Consumer<String> say) {
            this.say = say;
        }

        synchronized void hear(DjangoApp app) {
            if (app == null || app.getStatus() == null || app.getStatus().phase() == null) {
                return;
            }
            String message = AppsCommand.message(app.getStatus());
            String now = app.getStatus().phase() + (message == null ? "" : ": " + message);
            if (!now.equals(last)) {
                last = now;
                say.accept(now);
            }
        }
    }
}
