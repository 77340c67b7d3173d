package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoAppStatus.Phase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows one application to Ready.
 *
 * @param client the cluster
 * @param say hears each phase when it is entered, with what it waits for when that changes
 */
record AppProgress(KubernetesClient client, Consumer<String> say) {

    /**
     * Returns the application when it is Ready.
     *
     * @throws Refusal if it comes to be in Error, or is not Ready in time
     */
    DjangoApp awaitReady(String namespace, String name, Duration timeout) {
        Narration narration = new Narration(say);
        DjangoApp app;
        try {
            app = client.resources(DjangoApp.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .waitUntilCondition(
                            seen -> {
                                narration.hear(seen);
                                return settled(seen);
                            },
                            timeout.toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new Refusal(
                    name + " is not Ready after " + timeout.toSeconds() + " s; it says: " + narration.last, e);
        }
        if (app.getStatus().phase() == Phase.Error) {
            throw new Refusal(name + " is in Error: " + AppsCommand.message(app.getStatus()));
        }
        return app;
    }

    private static boolean settled(DjangoApp app) {
        if (app == null || app.getStatus() == null) {
            return false;
        }
        DjangoAppStatus status = app.getStatus();
        return Objects.equals(status.observedGeneration(), app.getMetadata().getGeneration())
                && (status.phase() == Phase.Ready || status.phase() == Phase.Error);
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
