package dev.nuages.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nuages.api.Nuages;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The writes of objects, each with the precondition that makes it safe when what was read is old. */
final class ObjectWrites {
    private static final String LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static final String HAND_OVER_MANAGER = Nuages.MANAGER + "-hand-over";

    private final KubernetesClient client;
    private final Random random = new SecureRandom();

    ObjectWrites(KubernetesClient client) {
        this.client = client;
    }

    /** Applies {@code wanted}; with a uid only if the object is still that one. Answers what the API server now holds. */
    HasMetadata apply(HasMetadata wanted, Optional<String> uid) {
        var object = client.getKubernetesSerialization().clone(wanted);
        uid.ifPresent(object.getMetadata()::setUid);
        return client.resource(object)
                .fieldManager(Nuages.MANAGER)
                .forceConflicts()
                .serverSideApply();
    }

    /** Creates the Secret with random values; empty where a Secret of this name exists. */
    Optional<Secret> generate(Effect.Generate generate) {
        var secret = client.getKubernetesSerialization().clone(generate.secret());
        var data = new LinkedHashMap<String, String>();
        Optional.ofNullable(secret.getData()).ifPresent(data::putAll);
        generate.lengths()
                .forEach((key, length) -> data.put(
                        key, Base64.getEncoder().encodeToString(text(length).getBytes(UTF_8))));
        secret.setData(data);
        return create(secret);
    }

    /** Creates the object; empty where one of this name exists. */
    <T extends HasMetadata> Optional<T> create(T object) {
        var ref = ObjectRef.of(object);
        var place = path(ref);
        var collection = place.substring(0, place.lastIndexOf('/'));
        var json = client.getKubernetesSerialization();
        try {
            // By hand, for the client's own create() does not take a field manager.
            var made = client.raw(collection + "?fieldManager=" + Nuages.MANAGER, "POST", json.asJson(object));
            @SuppressWarnings("unchecked") // an object's class is that of its kind
            var type = (Class<T>) object.getClass();
            return Optional.of(json.unmarshal(made, type));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private String text(int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS_AND_DIGITS.charAt(random.nextInt(LETTERS_AND_DIGITS.length())));
        }
        return text.toString();
    }

    void delete(Effect.Delete delete) {
        var options = JsonNodeFactory.instance.objectNode();
        options.put("apiVersion", "v1").put("kind", "DeleteOptions").put("propagationPolicy", "Foreground");
        options.putObject("preconditions").put("uid", delete.uid());
        try {
            client.raw(path(delete.object()), "DELETE", options.toString());
        } catch (KubernetesClientException e) {
            // Gone already, or another object has its name by now: either way the one that was meant is no more.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private static String path(ObjectRef object) {
        var version = HasMetadata.getApiVersion(object.type());
        var group = version.contains("/") ? "/apis/" + version : "/api/" + version;
        var place = object.namespace().isEmpty() ? "" : "/namespaces/" + object.namespace();
        return group + place + "/" + HasMetadata.getPlural(object.type()).toLowerCase(Locale.ROOT) + "/"
                + object.name();
    }

    /**
     * Applies the number of replicas by a manager of its own, as Kubernetes' page on server-side apply advises, so that
     * it stays when our next apply gives the field up.
     */
    HasMetadata handOver(Effect.HandOver handOver) {
        var object = handOver.object();
        var patch = JsonNodeFactory.instance.objectNode();
        patch.put("apiVersion", HasMetadata.getApiVersion(object.type())).put("kind", object.kind());
        patch.putObject("metadata")
                .put("name", object.name())
                .put("namespace", object.namespace())
                .put("uid", handOver.uid());
        patch.putObject("spec").put("replicas", handOver.replicas());
        var context = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(HAND_OVER_MANAGER)
                .withForce(true)
                .build();
        return client.resources(object.type())
                .inNamespace(object.namespace())
                .withName(object.name())
                .patch(context, patch.toString());
    }

    /** Sets labels of an object, if it is still the one that was read, and nothing else of it. */
    HasMetadata label(HasMetadata read, Map<String, String> labels) {
        return metadata(read, "labels", labels);
    }

    /** The same of annotations. */
    HasMetadata annotate(HasMetadata read, Map<String, String> annotations) {
        return metadata(read, "annotations", annotations);
    }

    private HasMetadata metadata(HasMetadata read, String field, Map<String, String> entries) {
        var patch = JsonNodeFactory.instance.objectNode();
        var metadata = patch.putObject("metadata").put("uid", read.getMetadata().getUid());
        entries.forEach(metadata.putObject(field)::put);
        var context = new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(Nuages.MANAGER)
                .build();
        return Confirmations.place(client, ObjectRef.of(read)).patch(context, patch.toString());
    }

    /** Adds our finalizer or takes it away, if the object is just as it was read. */
    HasMetadata finalizer(HasMetadata read, boolean present) {
        var meta = read.getMetadata();
        var finalizers = new ArrayList<>(meta.getFinalizers());
        finalizers.remove(Nuages.FINALIZER);
        if (present) {
            finalizers.add(Nuages.FINALIZER);
        }
        var patch = JsonNodeFactory.instance.objectNode();
        var metadata = patch.putObject("metadata")
                .put("resourceVersion", meta.getResourceVersion())
                .put("uid", meta.getUid());
        finalizers.forEach(metadata.putArray("finalizers")::add);
        return patch(ObjectRef.of(read), PatchType.JSON_MERGE, patch.toString());
    }

    /** Takes list items out of an object, if it is just as it was read. */
    HasMetadata remove(Effect.Remove remove) {
        var patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject()
                .put("op", "test")
                .put("path", "/metadata/resourceVersion")
                .put("value", remove.resourceVersion());
        remove.pointers()
                .forEach(pointer -> patch.addObject().put("op", "remove").put("path", pointer));
        try {
            return patch(remove.object(), PatchType.JSON, patch.toString());
        } catch (KubernetesClientException e) {
            // The API server's answer where a test does not hold, or what is to go is gone.
            throw e.getCode() == ObjectRefused.UNPROCESSABLE
                    ? new KubernetesClientException(e.getMessage(), HttpURLConnection.HTTP_CONFLICT, e.getStatus())
                    : e;
        }
    }

    private HasMetadata patch(ObjectRef object, PatchType type, String patch) {
        return client.resources(object.type())
                .inNamespace(object.namespace())
                .withName(object.name())
                .patch(PatchContext.of(type), patch);
    }

    /** Refuses where an object of a wanted name exists that was not made for this owner. */
    void refuseTaken(HasMetadata owner, Optional<? extends HasMetadata> live) {
        live.filter(object -> !Ownership.ours(object, owner)).ifPresent(object -> {
            throw new NameTaken(owner, ObjectRef.of(object));
        });
    }
}
