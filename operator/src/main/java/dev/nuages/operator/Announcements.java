package dev.nuages.operator;

import dev.nuages.api.Nuages;
import dev.nuages.core.Effect.Severity;
import dev.nuages.core.Hashes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events, as {@code kubectl describe} shows them. An Event is named by what it says, so that saying twice is once. */
final class Announcements {
    private static final Logger log = LoggerFactory.getLogger(Announcements.class);

    private static final String CONTROLLER = Nuages.GROUP + "/operator";

    /** The longest note that the API server takes, in bytes of UTF-8. */
    private static final int MAX_NOTE = 1024;

    private static final String CUT = "…";

    /** Finer than conditions have it: one turn's news comes after another's within the same second. */
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final String instance;

    Announcements(KubernetesClient client, String instance) {
        this.client = client;
        this.instance = instance;
    }

    /**
     * @param occasion tells one occurrence from the next that has the same words, such as a resource version
     */
    void say(HasMetadata about, Severity severity, String reason, String message, String occasion, Instant now) {
        var meta = about.getMetadata();
        var note = fitting(message);
        var name = meta.getName() + "."
                + Hashes.sha256(String.join("\n", meta.getUid(), reason, note, occasion))
                        .substring(0, 16);
        var event = new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(Objects.requireNonNullElse(meta.getNamespace(), "default"))
                .endMetadata()
                .withEventTime(new MicroTime(MICROSECONDS.format(now)))
                .withType(severity.name())
                .withReason(reason)
                .withAction("Reconcile")
                .withNote(note)
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withRegarding(new ObjectReferenceBuilder()
                        .withApiVersion(about.getApiVersion())
                        .withKind(about.getKind())
                        .withNamespace(meta.getNamespace())
                        .withName(meta.getName())
                        .withUid(meta.getUid())
                        .build())
                .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            // What is only told holds nothing up: the status tells the rest. Nobody reads news from a namespace that is
            // being deleted.
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !EndingNamespace.refused(e)) {
                log.warn("the Event {} could not be written: {}", reason, e.getMessage());
            }
        }
    }

    /** What fits of a message: its last lines, for at its end a traceback says what went wrong. */
    static String fitting(String message) {
        if (bytes(message) <= MAX_NOTE) {
            return message;
        }
        var start = Math.max(0, message.length() - MAX_NOTE);
        while (bytes(message.substring(start)) > MAX_NOTE - bytes(CUT)) {
            start++;
        }
        var line = message.indexOf('\n', start);
        return CUT + message.substring(line < 0 || line == message.length() - 1 ? start : line);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
