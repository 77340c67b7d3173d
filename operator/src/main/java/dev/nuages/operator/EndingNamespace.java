package dev.nuages.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** A namespace that is being deleted: what is in it can still be changed, and nothing new can be made. */
final class EndingNamespace {
    /** The cause that the API server names, of admission plugin NamespaceLifecycle. */
    private static final String CAUSE = "NamespaceTerminating";

    private EndingNamespace() {}

    /** Whether that is why a request was refused. */
    static boolean refused(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                && e.getStatus() != null
                && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses().stream().anyMatch(cause -> CAUSE.equals(cause.getReason()));
    }
}
