package dev.nuages.core.sim;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** Objects of ours that own data. */
final class Owners {
    private Owners() {}

    /**
     * The uids of those that, if they were deleted now, would take their data along: whose deletionPolicy says Delete, or
     * said so and nothing was made of the change yet.
     */
    static Function<World, SortedSet<String>> condemned(Set<Class<? extends HasMetadata>> types) {
        return world -> {
            var uids = new TreeSet<String>();
            for (var type : types) {
                for (var owner : world.cluster().ofType(type)) {
                    if (owner.text("/spec/deletionPolicy").equals("Delete") || !heeded(owner)) {
                        uids.add(owner.uid());
                    }
                }
            }
            return uids;
        };
    }

    /** Whether it is ready as it is asked to be. */
    private static boolean heeded(Stored owner) {
        for (var condition : owner.json().at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True")
                        && condition.path("observedGeneration").asText().equals(owner.text("/metadata/generation"));
            }
        }
        return false;
    }
}
