package dev.nuages.local;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** What an exception is said to a user as. */
public final class Failure {
    /** Of our own kinds. */
    private static final String GROUP = "nuages.dev";

    private Failure() {}

    /**
     * What went wrong, in words that tell what to do where that is known: for some exceptions have for a message a bare
     * path, or what the Kubernetes client was about to do.
     */
    public static String words(Throwable e) {
        return switch (e) {
            case KubernetesClientException refused -> ofClient(refused);
            case AccessDeniedException denied ->
                denied.getFile() + " may not be read or written by this user: run it as root";
            case NoSuchFileException missing -> missing.getFile() + " is missing";
            case UncheckedIOException wrapped -> words(Objects.requireNonNull(wrapped.getCause()));
            default -> message(e);
        };
    }

    private static String ofClient(KubernetesClientException e) {
        Status status = e.getStatus();
        if (status != null) {
            return isOfMissingKind(e, status)
                    ? notInstalled()
                    : Objects.requireNonNullElse(status.getMessage(), message(e));
        }
        Throwable deepest = causes(e).reduce(e, (_, cause) -> cause);
        if (e.getCode() <= 0
                && causes(e).anyMatch(cause -> cause instanceof IOException || cause instanceof TimeoutException)) {
            return "the API server of the cluster stopped answering (" + message(deepest) + "): is it running?";
        }
        return message(deepest);
    }

    /** An object that is not there is called by its name; a path that is not there has no details. */
    private static boolean isOfMissingKind(KubernetesClientException e, Status status) {
        StatusDetails details = status.getDetails();
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                && GROUP.equals(e.getGroup())
                && (details == null || details.getName() == null);
    }

    private static String notInstalled() {
        return "Nuages is not installed in that cluster: run `nuages up`, or, for one of your own,"
                + " `nuages up --context NAME --image REF`";
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause);
    }

    private static String message(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
