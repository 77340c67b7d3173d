package dev.nuages.core.rabbitmqvhost;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RabbitmqVhostStatus;
import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.Conditions;
import dev.nuages.core.Effect;
import dev.nuages.core.Kind;
import dev.nuages.core.LocalServer;
import dev.nuages.core.Lookup;
import dev.nuages.core.Ownership;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.Plan;
import dev.nuages.core.PodTrouble;
import dev.nuages.core.Secrets;
import dev.nuages.core.Upkeep;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Answered;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Unaddressed;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Unreachable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A vhost: its RabbitMQ where that is a local one, itself, its user with permissions, and the Secret that leads to it. */
public final class RabbitmqVhosts implements Kind<RabbitmqVhost, RabbitmqVhostStatus, RabbitmqVhostObserved> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Duration AFTER_COMMANDS = Duration.ofSeconds(1);

    /**
     * Nothing tells us when somebody deletes a user, takes a permission away, or takes no messages any more: we look. As
     * often as people look who wait for their tasks; four small questions cost a RabbitMQ next to nothing.
     */
    private static final Duration LOOK_AT_READY = Duration.ofMinutes(1);

    private static final String VHOST_STARTING = "VhostStarting";

    private final BrokerProbe probe;

    public RabbitmqVhosts(BrokerProbe probe) {
        this.probe = probe;
    }

    @Override
    public Class<RabbitmqVhost> type() {
        return RabbitmqVhost.class;
    }

    @Override
    public List<Class<? extends HasMetadata>> makes() {
        return List.of(Secret.class, Service.class, StatefulSet.class);
    }

    @Override
    public RabbitmqVhostObserved observe(RabbitmqVhost vhost, Lookup lookup) {
        var namespace = vhost.getMetadata().getNamespace();
        Function<String, Optional<Secret>> secret = name -> lookup.find(Secret.class, namespace, name);
        var password = secret.apply(passwordRef(vhost).secret());
        var connection = secret.apply(connectionSecret(vhost));
        // Somebody else's Secrets of these names are noticed, and not used.
        var known = password.filter(found -> Ownership.ours(found, vhost)).map(found -> passwordRef(vhost));
        Supplier<BrokerProbe.Answer> ask = () -> probe.ask(address(vhost), name(vhost), name(vhost), known);
        if (isExternal(vhost)) {
            return new RabbitmqVhostObserved(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    password,
                    connection,
                    Optional.of(ask.get()));
        }
        var local = new LocalBroker(vhost);
        var statefulSet = lookup.find(StatefulSet.class, namespace, local.name());
        var admin = secret.apply(local.adminSecret());
        var theirs = admin.filter(found -> !Ownership.ours(found, vhost)).isPresent();
        return new RabbitmqVhostObserved(
                admin,
                secret.apply(local.configSecret()),
                lookup.find(Service.class, namespace, local.name()),
                statefulSet,
                local.pod(lookup),
                statefulSet.flatMap(set -> PodTrouble.refused(set, lookup)),
                password,
                connection,
                statefulSet.filter(set -> LocalServer.ready(set) && !theirs).map(set -> ask.get()));
    }

    @Override
    public Plan<RabbitmqVhostStatus> plan(RabbitmqVhost vhost, RabbitmqVhostObserved seen, Instant now) {
        if (vhost.getMetadata().getDeletionTimestamp() != null) {
            return Farewell.plan(vhost, seen, now);
        }
        if (Farewell.needsFinalizer(vhost)) {
            return new Plan<>(List.of(), List.of(new Effect.Finalizer(true)), before(vhost), Optional.of(LOOK_AGAIN));
        }
        var upkeep = new Upkeep(vhost, Conditions.isTrue(before(vhost).conditions(), "Ready", null));
        upkeep.generate(
                Secrets.of(Ownership.generated(vhost, passwordRef(vhost).secret(), policy(vhost)), Map.of()),
                seen.password(),
                Map.of("password", Secrets.PASSWORD_LENGTH));
        if (!isExternal(vhost)) {
            keepLocal(new LocalBroker(vhost), seen, upkeep);
        }
        var need = next(vhost, seen, upkeep);
        return new Plan<>(
                upkeep.confirmations(),
                upkeep.effects(),
                status(vhost, seen, need, now),
                Optional.of(need.lookAgain()));
    }

    private static void keepLocal(LocalBroker local, RabbitmqVhostObserved seen, Upkeep upkeep) {
        var policy = policy(local.owner());
        upkeep.generate(local.admin(policy), seen.admin(), Map.of("password", Secrets.PASSWORD_LENGTH));
        upkeep.keep(local.service(), seen.service());
        seen.admin()
                .filter(secret -> Ownership.ours(secret, local.owner()))
                .flatMap(secret -> Secrets.text(secret, "password"))
                .ifPresent(password -> {
                    upkeep.keep(local.config(password), seen.config());
                    upkeep.keep(local.statefulSet(password, policy), seen.statefulSet());
                });
    }

    private record Need(boolean ready, String reason, String message, Duration lookAgain) {}

    private static Need waiting(String reason, String message) {
        return new Need(false, reason, message, LOOK_AGAIN);
    }

    private static Need taken(Upkeep upkeep) {
        return waiting(
                "NameTaken",
                String.join(", ", upkeep.taken()) + " exists and was not made for this vhost: rename or delete it");
    }

    private static Need next(RabbitmqVhost vhost, RabbitmqVhostObserved seen, Upkeep upkeep) {
        if (!upkeep.taken().isEmpty()) {
            return taken(upkeep);
        }
        if (stopped(vhost)) {
            return waiting("Stopped", LocalServer.STOPPED);
        }
        if (seen.answer().isEmpty()) {
            return waiting("Starting", new LocalBroker(vhost).waiting(seen.pod(), seen.refused()));
        }
        if (seen.password().isEmpty()) {
            return waiting("PasswordMissing", "the user's password is being generated");
        }
        return switch (seen.answer().get()) {
            case Unaddressed(String why) -> waiting("AdminSecretMissing", why);
            case Unreachable(String why) -> waiting("BrokerUnreachable", why);
            case Answered answer -> inside(vhost, seen, answer, upkeep);
        };
    }

    private static Need inside(RabbitmqVhost vhost, RabbitmqVhostObserved seen, Answered answer, Upkeep upkeep) {
        var inside = new InsideBroker(vhost, answer);
        var taken = inside.taken();
        if (taken.isPresent()) {
            return waiting(taken.get().reason(), taken.get().message());
        }
        var repairs = inside.repairs();
        var broker = address(vhost);
        repairs.forEach(repair -> upkeep.add(new Effect.RunRabbit(broker, repair.command())));
        if (!repairs.isEmpty() && Conditions.isTrue(before(vhost).conditions(), "Ready", null)) {
            upkeep.add(new Effect.Emit(Effect.Severity.Normal, "DriftRepaired", InsideBroker.told(repairs)));
        }
        var password = seen.password()
                .flatMap(secret -> Secrets.text(secret, passwordRef(vhost).key()));
        upkeep.keep(
                new Connection(answer.doors(), name(vhost), password.orElse(""))
                        .secret(Ownership.owned(vhost, connectionSecret(vhost), Map.of())),
                seen.connection());
        if (!upkeep.taken().isEmpty()) {
            return taken(upkeep);
        }
        if (!upkeep.effects().isEmpty()) {
            return new Need(false, "Repairing", "putting vhost " + name(vhost) + " right", AFTER_COMMANDS);
        }
        if (answer.vhost().filter(BrokerProbe.Vhost::running).isPresent()) {
            return new Need(true, "Usable", "the vhost can be used", LOOK_AT_READY);
        }
        // Not at once: a new one runs a moment after it is made, without us.
        if (Conditions.find(before(vhost).conditions(), "Ready")
                .filter(ready -> ready.getReason().equals(VHOST_STARTING))
                .isPresent()) {
            upkeep.add(new Effect.RunRabbit(broker, inside.start()));
        }
        return new Need(
                false,
                VHOST_STARTING,
                "the RabbitMQ has vhost " + name(vhost) + " and does not run it yet",
                AFTER_COMMANDS);
    }

    private static RabbitmqVhostStatus status(RabbitmqVhost vhost, RabbitmqVhostObserved seen, Need need, Instant now) {
        var generation = vhost.getMetadata().getGeneration();
        var consumption = new Consumption(queues(vhost, seen));
        var unconsumed = consumption.unconsumed();
        var conditions = consumption.tell(new Conditions(before(vhost).conditions(), generation, now)
                .set("Ready", need.ready(), need.reason(), need.message()));
        var amqp = doors(vhost, seen).map(Doors::amqp);
        return new RabbitmqVhostStatus(
                name(vhost),
                amqp.map(uri -> uri.getHost()).orElse(before(vhost).host()),
                amqp.map(uri -> uri.getPort()).orElse(before(vhost).port()),
                connectionSecret(vhost),
                generation,
                unconsumed.isEmpty() ? null : unconsumed,
                conditions.list());
    }

    /** What waits in the vhost, if it is ours and in use: what is in another's is nobody's business here. */
    private static Optional<BrokerProbe.Queues> queues(RabbitmqVhost vhost, RabbitmqVhostObserved seen) {
        return seen.answer()
                .filter(answer -> !stopped(vhost))
                .filter(Answered.class::isInstance)
                .map(Answered.class::cast)
                .filter(answer -> new InsideBroker(vhost, answer).taken().isEmpty())
                .flatMap(Answered::queues);
    }

    private static Optional<Doors> doors(RabbitmqVhost vhost, RabbitmqVhostObserved seen) {
        return !isExternal(vhost)
                ? Optional.of(new LocalBroker(vhost).doors())
                : seen.answer().filter(Answered.class::isInstance).map(answer -> ((Answered) answer).doors());
    }

    static boolean stopped(RabbitmqVhost vhost) {
        return Boolean.TRUE.equals(vhost.getSpec().stopped());
    }

    static boolean isExternal(RabbitmqVhost vhost) {
        return vhost.getSpec().external() != null;
    }

    static BrokerAddress address(RabbitmqVhost vhost) {
        var external = vhost.getSpec().external();
        return external == null
                ? new LocalBroker(vhost).address()
                : new BrokerAddress.External(vhost.getMetadata().getNamespace(), external.adminSecret());
    }

    static RabbitmqVhostStatus before(RabbitmqVhost vhost) {
        return Optional.ofNullable(vhost.getStatus()).orElse(RabbitmqVhostStatus.EMPTY);
    }

    /** The vhost's name, and its user's. */
    static String name(RabbitmqVhost vhost) {
        return Optional.ofNullable(vhost.getSpec().vhost())
                .orElse(vhost.getMetadata().getName());
    }

    static DeletionPolicy policy(RabbitmqVhost vhost) {
        return Optional.ofNullable(vhost.getSpec().deletionPolicy()).orElse(DeletionPolicy.Retain);
    }

    static PasswordRef passwordRef(RabbitmqVhost vhost) {
        return new PasswordRef(
                vhost.getMetadata().getNamespace(), vhost.getMetadata().getName() + "-rabbitmq-password", "password");
    }

    private static String connectionSecret(RabbitmqVhost vhost) {
        return vhost.getMetadata().getName() + "-rabbitmq";
    }
}
