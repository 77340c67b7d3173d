package dev.nuages.core.sim;

import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/** Makes the plans of one kind. */
interface Planning {

    Class<? extends HasMetadata> type();

    /** What the object of this name needs next as this view shows it; empty where the view does not show it. */
    Optional<Flight> plan(View view, ObjectRef ref);
}
