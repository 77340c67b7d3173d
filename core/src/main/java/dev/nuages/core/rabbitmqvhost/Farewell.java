package dev.nuages.core.rabbitmqvhost;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.Nuages;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RabbitmqVhostStatus;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Plan;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Answered;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Unaddressed;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is done before a RabbitmqVhost goes. A local RabbitMQ goes with it, or leaves its volume; in one that somebody else
 * runs, the vhost and its user are deleted where the policy says so.
 */
final class Farewell {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Duration AFTER_COMMANDS = Duration.ofSeconds(1);

    private Farewell() {}

    static boolean needsFinalizer(RabbitmqVhost vhost) {
        return deletes(vhost) && !hasFinalizer(vhost);
    }

    static Plan<RabbitmqVhostStatus> plan(RabbitmqVhost vhost, RabbitmqVhostObserved seen, Instant now) {
        var before = RabbitmqVhosts.before(vhost);
        if (!hasFinalizer(vhost)) {
            return new Plan<>(List.of(), List.of(), before, Optional.empty());
        }
        if (!deletes(vhost)) {
            return release(before);
        }
        return switch (seen.answer().orElse(new Unreachable("it was not asked"))) {
            // Nobody can be asked to delete it there, and to wait for a Secret would hold up a namespace that goes.
            case Unaddressed unaddressed -> release(before);
            case Unreachable(String why) ->
                new Plan<>(List.of(), List.of(), heldUp(vhost, why, now), Optional.of(LOOK_AGAIN));
            case Answered answer -> remove(vhost, answer);
        };
    }

    private static Plan<RabbitmqVhostStatus> remove(RabbitmqVhost vhost, Answered answer) {
        var before = RabbitmqVhosts.before(vhost);
        var broker = RabbitmqVhosts.address(vhost);
        List<Effect> removals = new InsideBroker(vhost, answer)
                .removals().stream()
                        .<Effect>map(command -> new Effect.RunRabbit(broker, command))
                        .toList();
        return removals.isEmpty()
                ? release(before)
                : new Plan<>(List.of(asRead(vhost)), removals, before, Optional.of(AFTER_COMMANDS));
    }

    /** One that an old view still shows may have gone, and another of its name own the vhost by now. */
    private static Confirmation asRead(RabbitmqVhost vhost) {
        return new Confirmation.Unchanged(
                ObjectRef.of(vhost), vhost.getMetadata().getResourceVersion());
    }

    private static Plan<RabbitmqVhostStatus> release(RabbitmqVhostStatus before) {
        return new Plan<>(List.of(), List.of(new Effect.Finalizer(false)), before, Optional.empty());
    }

    private static RabbitmqVhostStatus heldUp(RabbitmqVhost vhost, String why, Instant now) {
        var before = RabbitmqVhosts.before(vhost);
        var generation = vhost.getMetadata().getGeneration();
        var conditions = new Conditions(before.conditions(), generation, now)
                .set("Ready", false, "BrokerUnreachable", "cannot be deleted yet: " + why);
        new Consumption(Optional.empty()).tell(conditions);
        return new RabbitmqVhostStatus(
                before.vhost(), before.host(), before.port(), before.secret(), generation, null, conditions.list());
    }

    private static boolean deletes(RabbitmqVhost vhost) {
        return RabbitmqVhosts.isExternal(vhost) && RabbitmqVhosts.policy(vhost) == DeletionPolicy.Delete;
    }

    private static boolean hasFinalizer(RabbitmqVhost vhost) {
        return Optional.ofNullable(vhost.getMetadata().getFinalizers())
                .orElse(List.of())
                .contains(Nuages.FINALIZER);
    }
}
