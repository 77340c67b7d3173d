package dev.nuages.core;

import dev.nuages.api.Nuages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which objects were last found to be just as they are wanted: comparing them again, as JSON, is most of what a
 * plan costs, and while pods come and go the rest of an application stays as it is. Nothing but speed depends on it.
 *
 * <p>An object that was seen is told by its identity: caches never change one, but put another in its place.
 */
final class UpToDate {
    /** Enough for some twenty applications that are being deployed; of each pair it holds some kilobytes. */
    private static final int GENERATION = 1000;

    /** What was last asked for, or found; and what was before that, of which all goes at once that nobody asks for. */
    private IdentityHashMap<HasMetadata, HasMetadata> young = new IdentityHashMap<>();

    private IdentityHashMap<HasMetadata, HasMetadata> old = new IdentityHashMap<>();

    /**
     * Whether this object was found to be so when it was last compared.
     *
     * @param wish is marked with its hash if so
     */
    boolean is(HasMetadata wish, HasMetadata seen) {
        var known = known(seen);
        if (known == null) {
            return false;
        }
        var meta = wish.getMetadata();
        var unmarked = meta.getAnnotations();
        mark(wish, Ownership.annotation(known, Nuages.WANTED_ANNOTATION));
        if (wish.equals(known)) {
            return true;
        }
        meta.setAnnotations(unmarked);
        return false;
    }

    private synchronized @Nullable HasMetadata known(HasMetadata seen) {
        var recent = young.get(seen);
        if (recent != null) {
            return recent;
        }
        var former = old.get(seen);
        if (former != null) {
            remember(former, seen);
        }
        return former;
    }

    /** @param wish marked with its hash; not to be changed from now on */
    synchronized void remember(HasMetadata wish, HasMetadata seen) {
        if (young.size() >= GENERATION) {
            old = young;
            young = new IdentityHashMap<>();
        }
        young.put(seen, wish);
    }

    /** Writes the hash of what is wanted on it. */
    static void mark(HasMetadata wish, String hash) {
        annotate(wish, Nuages.WANTED_ANNOTATION, hash);
    }

    static void annotate(HasMetadata wish, String name, String text) {
        var annotations = new LinkedHashMap<String, String>();
        Optional.ofNullable(wish.getMetadata().getAnnotations()).ifPresent(annotations::putAll);
        annotations.put(name, text);
        wish.getMetadata().setAnnotations(annotations);
    }
}
