package dev.nuages.operator.sdk;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.Set;

/** Brings what the shared caches heard to one controller's queue. */
final class News<P extends HasMetadata> extends AbstractEventSource<HasMetadata, P> {
    News() {
        super(HasMetadata.class, "news");
    }

    void tell(String namespace, String name) {
        var handler = getEventHandler();
        if (handler != null && isRunning()) {
            handler.handleEvent(new Event(new ResourceID(name, namespace)));
        }
    }

    /** Tells of an object as the SDK does itself when it hears of one: of what it does not know it takes no other news. */
    void tellOf(P object) {
        var handler = getEventHandler();
        if (handler != null && isRunning()) {
            handler.handleEvent(new ResourceEvent(ResourceAction.ADDED, ResourceID.fromResource(object), object));
        }
    }

    @Override
    public Set<HasMetadata> getSecondaryResources(P primary) {
        return Set.of();
    }
}
