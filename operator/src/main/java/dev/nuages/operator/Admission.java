package dev.nuages.operator;

import dev.nuages.api.Nuages;
import dev.nuages.core.Alterations;
import dev.nuages.core.Effect.Severity;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What admission made of an object between a write and its answer: a mutating policy or webhook of the cluster's has the
 * last word. That is recorded on the object, or each look would find it changed, and put it back in vain.
 *
 * <p>The record is written by another apply of all that is wanted, not by a patch of what there is: a policy that puts a
 * prefix before each image would put one more before that.
 */
final class Admission {
    private static final int FIELDS_TOLD = 3;

    private final KubernetesClient client;
    private final ObjectWrites writes;
    private final Announcements announcements;

    Admission(KubernetesClient client, ObjectWrites writes, Announcements announcements) {
        this.client = client;
        this.writes = writes;
        this.announcements = announcements;
    }

    /**
     * Leaves an object as admission has it, and says so once. Answers what the API server then holds.
     *
     * @param wanted what was applied; what bears no hash of it is compared with nothing later, and needs no record
     * @param answer what the API server answered
     * @param altered what admission made of it, as far as that is not recorded on it
     */
    HasMetadata leave(HasMetadata owner, HasMetadata wanted, HasMetadata answer, Alterations altered, Instant now) {
        if (altered.none()
                || Ownership.annotation(wanted, Nuages.WANTED_ANNOTATION).isEmpty()) {
            return answer;
        }
        var after = altered.recordable() ? recorded(wanted, answer, altered) : answer;
        // A policy for what is created alone has no say in the apply that came after that.
        var left = altered.stillIn(wanted, after);
        if (!left.isEmpty()) {
            announcements.say(
                    owner,
                    Severity.Warning,
                    "ObjectAltered",
                    sentence(ObjectRef.of(wanted), left, altered.recordable()),
                    answer.getMetadata().getUid(),
                    now);
        }
        return after;
    }

    private HasMetadata recorded(HasMetadata wanted, HasMetadata answer, Alterations altered) {
        var record = Alterations.recordedOn(answer).with(altered);
        HasMetadata after;
        try {
            after = apply(wanted, answer, record);
        } catch (KubernetesClientException e) {
            if (e.getCode() != ObjectRefused.UNPROCESSABLE) {
                throw e;
            }
            // What was altered as it was created is something that cannot be changed any more.
            after = writes.annotate(answer, Map.of(Nuages.ALTERED_ANNOTATION, record.text()));
        }
        var otherwise = altered.otherwise(wanted, after);
        return otherwise.none() ? after : apply(wanted, after, record.with(otherwise.whatever()));
    }

    private HasMetadata apply(HasMetadata wanted, HasMetadata there, Alterations record) {
        var recorded = client.getKubernetesSerialization().clone(wanted);
        record.writeOn(recorded);
        return writes.apply(recorded, Optional.of(there.getMetadata().getUid()));
    }

    /** By the fields' names: what they hold is in the object. */
    private static String sentence(ObjectRef ref, List<String> paths, boolean left) {
        var more = paths.size() - FIELDS_TOLD;
        return "an admission policy of this cluster changes "
                + String.join(", ", paths.subList(0, Math.min(paths.size(), FIELDS_TOLD)))
                + (more > 0 ? " and " + more + " more" : "") + " of " + ref + " whenever Nuages applies it: "
                + (left
                        ? "Nuages leaves it so"
                        : "a Secret's values must be as they are wanted, so exempt it from that policy");
    }
}
