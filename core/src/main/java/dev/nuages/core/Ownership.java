package dev.nuages.core;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whose an object is. What Nuages makes carries an owner reference to the object it was made for, and labels that name
 * that object; a generated Secret whose data is retained carries an annotation in place of the reference, so that it
 * outlives its owner and a new one of the same name finds it. Nothing else is ever taken over.
 */
public final class Ownership {
    /** The labels by which a change of an object leads back to the object it was made for, and by which caches select. */
    public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

    public static final String OWNER_KIND_LABEL = Nuages.GROUP + "/owner-kind";
    public static final String OWNER_NAME_LABEL = Nuages.GROUP + "/owner-name";

    private Ownership() {}

    /** The labels of everything made for an owner, pods included. */
    public static Map<String, String> labels(HasMetadata owner) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(MANAGED_BY_LABEL, Nuages.MANAGER);
        labels.put(OWNER_KIND_LABEL, owner.getKind());
        labels.put(OWNER_NAME_LABEL, owner.getMetadata().getName());
        return labels;
    }

    /** Metadata of an object that belongs to an owner, and goes with it. */
    public static ObjectMeta owned(HasMetadata owner, String name, Map<String, String> moreLabels) {
        var labels = new LinkedHashMap<>(labels(owner));
        labels.putAll(moreLabels);
        var meta = new ObjectMeta();
        meta.setName(name);
        meta.setNamespace(owner.getMetadata().getNamespace());
        meta.setLabels(labels);
        meta.setOwnerReferences(List.of(reference(owner)));
        return meta;
    }

    /** Metadata of a generated Secret, which goes with its owner only where the owner's data does. */
    public static ObjectMeta generated(HasMetadata owner, String name, DeletionPolicy policy) {
        var meta = owned(owner, name, Map.of());
        meta.setAnnotations(Map.of(Nuages.GENERATED_FOR_ANNOTATION, generatedFor(owner)));
        if (policy == DeletionPolicy.Retain) {
            meta.setOwnerReferences(List.of());
        }
        return meta;
    }

    /**
     * Whether an object was made for this owner, or for one of its name and kind before it, whose data it holds: that is
     * known by an annotation, which whoever may write such objects in the namespace can write as well.
     */
    public static boolean ours(HasMetadata object, HasMetadata owner) {
        var uid = owner.getMetadata().getUid();
        return object.getMetadata().getOwnerReferences().stream()
                        .anyMatch(r -> r.getUid().equals(uid))
                || (outlivesOwners(object)
                        && generatedFor(owner).equals(annotation(object, Nuages.GENERATED_FOR_ANNOTATION)));
    }

    private static boolean outlivesOwners(HasMetadata object) {
        return object instanceof Secret || object instanceof PersistentVolumeClaim;
    }

    /**
     * The references by which an object still goes with its owner though it is to stay, or with a former owner of the
     * same kind and name: as JSON pointers, the last first, so that they can be removed in this order.
     *
     * @param actual an object that is ours
     * @param wanted what is wanted of it
     */
    public static List<String> givenUp(HasMetadata actual, HasMetadata wanted, HasMetadata owner) {
        return givenUp(
                actual,
                wanted.getMetadata().getOwnerReferences().stream()
                        .map(OwnerReference::getUid)
                        .toList(),
                owner);
    }

    /** The same, where these uids are those of the owners that it is still to go with. */
    static List<String> givenUp(HasMetadata actual, List<String> kept, HasMetadata owner) {
        var references = actual.getMetadata().getOwnerReferences();
        return IntStream.range(0, references.size())
                .filter(i -> names(references.get(i), owner)
                        && !kept.contains(references.get(i).getUid()))
                .mapToObj(i -> "/metadata/ownerReferences/" + i)
                .toList()
                .reversed();
    }

    /** Whether a reference is to an owner of this kind and name, be it this one or one before it. */
    private static boolean names(OwnerReference reference, HasMetadata owner) {
        return reference.getKind().equals(owner.getKind())
                && reference.getName().equals(owner.getMetadata().getName())
                && reference.getApiVersion().startsWith(Nuages.GROUP + "/");
    }

    /** The value of an annotation, or an empty text. */
    public static String annotation(HasMetadata object, String name) {
        var annotations = object.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(name, "");
    }

    private static String generatedFor(HasMetadata owner) {
        return owner.getKind() + "/" + owner.getMetadata().getName();
    }

    private static OwnerReference reference(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }
}
