package dev.nuages.operator.sdk;

import dev.nuages.operator.KindLoop;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** The SDK's way into the loop, the same for every kind. */
final class KindReconciler<R extends CustomResource<?, S>, S, O> implements Reconciler<R> {
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
            return UpdateControl.noUpdate();
        }
        var again = loop.turn(resource);
        UpdateControl<R> nothing = UpdateControl.noUpdate();
        return again.map(nothing::rescheduleAfter).orElse(nothing);
    }

    @Override
    public ErrorStatusUpdateControl<R> updateErrorStatus(R resource, Context<R> context, Exception problem) {
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }
}
