package dev.nuages.cli;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import java.util.Objects;
import java.util.Optional;

/** How an application is, of which the operator has made what it can for now. */
enum Settled {
    PAUSED,
    STOPPED,
    IN_ERROR,
    IN_MAINTENANCE,
    READY;

    /** Empty while the operator is still at work on it, or has not seen its spec yet. */
    static Optional<Settled> of(DjangoApp app) {
        if (app == null || app.getStatus() == null) {
            return Optional.empty();
        }
        DjangoAppStatus status = app.getStatus();
        if (!Objects.equals(status.observedGeneration(), app.getMetadata().getGeneration())) {
            return Optional.empty();
        }
        return switch (status.phase()) {
            case Ready -> Optional.of(Boolean.TRUE.equals(app.getSpec().maintenance()) ? IN_MAINTENANCE : READY);
            case Stopped -> Optional.of(STOPPED);
            case Paused -> Optional.of(PAUSED);
            case Error -> Optional.of(IN_ERROR);
            case Initializing, Migrating, Deploying -> Optional.empty();
            case null -> Optional.empty();
        };
    }

    /** Whether pages are to be had of it: its own, or that of its maintenance. */
    boolean answers() {
        return this == READY || this == IN_MAINTENANCE;
    }

    /** What is said of such an application, after its name and version. */
    String words(DjangoApp app) {
        return switch (this) {
            case PAUSED -> "is paused, as spec.paused asks";
            case STOPPED -> "is stopped, as spec.stopped asks";
            case IN_ERROR -> "is in Error: " + AppsCommand.message(app.getStatus());
            case IN_MAINTENANCE ->
                "is in maintenance, as spec.maintenance asks, at "
                        + app.getStatus().url() + "/";
            case READY -> "answers at " + app.getStatus().url() + "/";
        };
    }
}
