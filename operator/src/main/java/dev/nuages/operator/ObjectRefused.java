package dev.nuages.operator;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;

/**
 * The API server takes an object for what cannot be, or may not, and will until something is changed: the object, or what
 * has a say in it, such as an admission webhook that does not answer.
 */
final class ObjectRefused extends Refusal {
    /** The API server's code for what it understands and cannot do. */
    static final int UNPROCESSABLE = 422;

    /** Others pass by themselves: a conflict, too many requests, a namespace that is gone. */
    private static final Set<Integer> LASTING = Set.of(
            HttpURLConnection.HTTP_BAD_REQUEST,
            HttpURLConnection.HTTP_FORBIDDEN,
            HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
            UNPROCESSABLE);

    /** The API server's reason where what it asks about a request fails, such as a webhook; an outage has others. */
    private static final String INTERNAL_ERROR = "InternalError";

    private final transient ObjectRef object;

    private ObjectRefused(ObjectRef object, String sentence) {
        super("ObjectRefused", sentence);
        this.object = object;
    }

    /** Whether nothing else of a plan is to be done: pods must not be made that would read what is not there. */
    boolean stopsTheRest() {
        return object.type() == Secret.class;
    }

    /** Empty where it is another failure. */
    static Optional<ObjectRefused> of(ObjectRef object, KubernetesClientException e) {
        return (LASTING.contains(e.getCode()) || isNotAdmitted(e)) && !EndingNamespace.refused(e)
                ? Optional.of(new ObjectRefused(
                        object, object + " was refused by the API server with code " + e.getCode() + why(object, e)))
                : Optional.empty();
    }

    private static boolean isNotAdmitted(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_INTERNAL_ERROR
                && e.getStatus() != null
                && INTERNAL_ERROR.equals(e.getStatus().getReason());
    }

    /** In the API server's words; of a Secret they may cite what it holds. */
    private static String why(ObjectRef object, KubernetesClientException e) {
        return object.type() == Secret.class
                ? ""
                : Optional.ofNullable(e.getStatus())
                        .map(Status::getMessage)
                        .map(message -> ": " + message)
                        .orElse("");
    }
}
