package dev.nuages.operator;

import dev.nuages.api.TolerantReading;
import dev.nuages.core.Effect;
import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One turn of the loop for one object: observe, plan, confirm, carry out, record. Whatever ends it early, the next turn
 * begins from what the cluster then holds.
 */
public final class KindLoop<R extends CustomResource<?, S>, S, O> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KindLoop.class);

    /** How soon to look again when caches lag behind ourselves; their news comes by itself, this is for what is lost. */
    static final Duration CATCH_UP = Duration.ofMillis(250);

    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration OLD_READ = Duration.ofMillis(500);
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);

    /** After anything was done, look once more even if nothing is heard: an event may have been lost. */
    private static final Duration AFTER_WRITES = Duration.ofSeconds(10);

    private final Kind<R, S, O> kind;
    private final KubernetesClient client;
    private final Effects effects;
    private final OwnWrites ownWrites;
    private final ForeignObjects foreignObjects;
    private final Measures measures;
    private final InstantSource clock;

    /**
     * @param tell asks for a new turn for an object
     */
    KindLoop(
            Kind<R, S, O> kind,
            KubernetesClient client,
            Caches caches,
            Effects effects,
            Measures measures,
            InstantSource clock,
            Consumer<ObjectRef> tell) {
        this.kind = kind;
        this.client = client;
        this.effects = effects;
        this.ownWrites = new OwnWrites(caches);
        this.foreignObjects = new ForeignObjects(client, caches, tell);
        this.measures = measures;
        this.clock = clock;
    }

    public Kind<R, S, O> kind() {
        return kind;
    }

    /** The object is gone. */
    public void forget(R resource) {
        ownWrites.forget(ObjectRef.of(resource));
        foreignObjects.forget(ObjectRef.of(resource));
    }

    /** Hears of nothing any more. */
    @Override
    public void close() {
        foreignObjects.close();
    }

    /** Does one turn; answers when to look again even if nothing is heard of. */
    public Optional<Duration> turn(R resource) {
        var name = HasMetadata.getKind(kind.type());
        MDC.put("kind", name);
        MDC.put("namespace", resource.getMetadata().getNamespace());
        MDC.put("name", resource.getMetadata().getName());
        try {
            var turn = carefully(resource);
            measures.reconciled(name, turn.outcome());
            return turn.lookAgain();
        } catch (RuntimeException e) {
            measures.reconciled(name, "failed");
            throw e;
        } finally {
            List.of("kind", "namespace", "name").forEach(MDC::remove);
        }
    }

    private record Turn(String outcome, Optional<Duration> lookAgain) {
        static Turn again(String outcome, Duration when) {
            return new Turn(outcome, Optional.of(when));
        }
    }

    private Turn carefully(R resource) {
        try {
            return orTaken(resource);
        } catch (Refusal refusal) {
            log.warn("{}", refusal.sentence());
            return Turn.again("refused", AFTER_REFUSAL);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Turn.again("conflict", OLD_READ);
            }
            if (EndingNamespace.refused(e)) {
                // Its own deletion, which comes, is heard of.
                log.info("{}", e.getStatus().getMessage());
                return Turn.again("refused", AFTER_REFUSAL);
            }
            throw e;
        }
    }

    private Turn orTaken(R resource) {
        try {
            return observeAndPlan(resource);
        } catch (NameTaken taken) {
            log.warn("{}", taken.sentence());
            if (foreignObjects.remember(resource, taken.object())) {
                // The next plan sees it, and the status says so.
                return Turn.again("refused", CATCH_UP);
            }
            // Unless it does not look for it.
            return told(resource, resource, resource.getStatus(), taken);
        } catch (PlanFailed failed) {
            log.error("{}\n{}", failed.sentence(), failed.where());
            effects.warn(resource, failed.reason(), failed.sentence(), clock.instant());
            return told(resource, resource, resource.getStatus(), failed);
        } catch (ObjectUnread unread) {
            log.warn("{}", unread.sentence());
            effects.warn(resource, unread.reason(), unread.sentence(), clock.instant());
            return told(resource, resource, resource.getStatus(), unread);
        } catch (ObjectRefused refused) {
            log.warn("{}", refused.sentence());
            return told(resource, resource, resource.getStatus(), refused);
        }
    }

    /** What the plan does not see, the status says all the same. */
    private Turn told(R read, HasMetadata latest, @Nullable S planned, Refusal refusal) {
        var status = new RefusedStatus(client.getKubernetesSerialization())
                .of(read, kind.type(), planned, refusal, clock.instant());
        if (!status.equals(read.getStatus())) {
            record(read, latest, status);
        }
        return Turn.again("refused", AFTER_REFUSAL);
    }

    private Turn observeAndPlan(R resource) {
        if (!ownWrites.cameBack(resource, clock.instant())) {
            return Turn.again("lagging", CATCH_UP);
        }
        refuseUnread(resource);
        var plan = plan(resource);
        var current = resource.getStatus();
        if (plan.effects().isEmpty() && plan.status().equals(current)) {
            return new Turn("unchanged", plan.lookAgain());
        }
        var confirmations = new Confirmations(client);
        for (var confirmation : plan.confirmations()) {
            if (!confirmations.holds(confirmation)) {
                confirmations.inTheWay(confirmation).ifPresent(object -> {
                    throw new NameTaken(resource, object);
                });
                return Turn.again("unconfirmed", OLD_READ);
            }
        }
        return carryOut(resource, plan);
    }

    /** One that goes only takes with it what is known of it. */
    private static void refuseUnread(HasMetadata resource) {
        if (resource.getMetadata().getDeletionTimestamp() == null) {
            TolerantReading.unread(resource).ifPresent(what -> {
                throw new ObjectUnread(ObjectRef.of(resource), what);
            });
        }
    }

    private Plan<S> plan(R resource) {
        try {
            var observed = kind.observe(resource, foreignObjects.seenBy(resource));
            var started = System.nanoTime();
            var plan = kind.plan(resource, observed, clock.instant());
            measures.planned(resource.getKind(), Duration.ofNanos(System.nanoTime() - started));
            return plan;
        } catch (KubernetesClientException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new PlanFailed(ObjectRef.of(resource), e);
        }
    }

    private Turn carryOut(R read, Plan<S> plan) {
        HasMetadata latest = read;
        Optional<ObjectRefused> refused = Optional.empty();
        for (var effect : plan.effects()) {
            Optional<HasMetadata> written;
            try {
                written = carryOut(latest, effect);
            } catch (ObjectRefused refusal) {
                if (refusal.stopsTheRest() || effect instanceof Effect.Finalizer) {
                    throw refusal;
                }
                // What else there is to do may be what makes it good: another version, or an end to what is in its way.
                log.warn("{}", refusal.sentence());
                refused = refused.or(() -> Optional.of(refusal));
                continue;
            } catch (NameTaken taken) {
                throw taken;
            } catch (Refusal refusal) {
                // Of a command to a database or a broker, on which the rest of the plan builds.
                effects.requireLead();
                log.warn("{}", refusal.sentence());
                return told(read, latest, plan.status(), refusal);
            }
            written.ifPresent(object -> ownWrites.wrote(read, object, clock.instant()));
            if (effect instanceof Effect.Finalizer finalizer) {
                if (!finalizer.present()) {
                    return new Turn("released", Optional.empty());
                }
                latest = written.orElse(latest);
            }
        }
        if (refused.isPresent()) {
            return told(read, latest, plan.status(), refused.get());
        }
        var generation = read.getMetadata().getGeneration();
        if (!plan.status().equals(read.getStatus())) {
            latest = record(read, latest, plan.status());
        }
        if (!generation.equals(latest.getMetadata().getGeneration())) {
            return Turn.again("changed", AT_ONCE);
        }
        return new Turn("changed", plan.lookAgain().or(() -> Optional.of(AFTER_WRITES)));
    }

    private Optional<HasMetadata> carryOut(HasMetadata owner, Effect effect) {
        try {
            var written = effects.carryOut(owner, effect, clock.instant());
            measures.carriedOut(effect);
            log.info("{}", Told.of(effect));
            return written;
        } catch (Refusal refusal) {
            effects.requireLead();
            effects.warn(owner, refusal.reason(), refusal.sentence(), clock.instant());
            throw refusal;
        }
    }

    /** Writes the status, if the object has not changed since: an update with the resource version that was read. */
    private HasMetadata record(R read, HasMetadata latest, S status) {
        effects.requireLead();
        var copy = client.getKubernetesSerialization().clone(read);
        copy.getMetadata().setResourceVersion(latest.getMetadata().getResourceVersion());
        copy.getMetadata().setManagedFields(null);
        copy.setStatus(status);
        try {
            var response = client.resource(copy).updateStatus();
            ownWrites.wrote(read, response, clock.instant());
            return response;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return latest;
            }
            throw e;
        }
    }
}
