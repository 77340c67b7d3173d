package dev.nuages.operator.sdk;

import dev.nuages.operator.KindLoop;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The SDK's way into the loop, the same for every kind. */
final class KindReconciler<R extends CustomResource<?, S>, S, O> implements Reconciler<R> {
    /** Some time after, for the SDK does not say when it has. */
    private static final Executor DONE_WITH_DELETION = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final KindLoop<R, S, O> loop;
    private final News<R> news = new News<>();

    KindReconciler(KindLoop<R, S, O> loop) {
        this.loop = loop;
    }

    KindLoop<R, S, O> loop() {
        return loop;
    }

    News<R> news() {
        return news;
    }

    @Override
    public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
        return List.of(news);
    }

    @Override
    public UpdateControl<R> reconcile(R resource, Context<R> context) {
        if (context.isPrimaryResourceDeleted()) {
            loop.forget(resource);
            lookForAnother(resource, context.getPrimaryCache());
            return UpdateControl.noUpdate();
        }
        var again = loop.turn(resource);
        UpdateControl<R> nothing = UpdateControl.noUpdate();
        return again.map(nothing::rescheduleAfter).orElse(nothing);
    }

    /**
     * The SDK drops what it has heard of an object that was made anew by the time it has done with the deletion of the former
     * (java-operator-sdk #3614), and then all that others hear for it: nobody would look after it until somebody changes it.
     */
    private void lookForAnother(R former, Cache<R> cache) {
        var id = ResourceID.fromResource(former);
        DONE_WITH_DELETION.execute(() -> cache.get(id).ifPresent(news::tellOf));
    }

    @Override
    public ErrorStatusUpdateControl<R> updateErrorStatus(R resource, Context<R> context, Exception problem) {
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }
}
