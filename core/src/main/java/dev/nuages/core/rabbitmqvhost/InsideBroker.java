package dev.nuages.core.rabbitmqvhost;

import dev.nuages.api.RabbitmqVhost;
import dev.nuages.core.RabbitCommand;
import dev.nuages.core.RabbitCommand.Permissions;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Answered;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.User;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Vhost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a RabbitMQ holds of a vhost and its user, against what it should. */
record InsideBroker(RabbitmqVhost vhost, Answered answer) {

    /** Why nothing may be done: a name is somebody else's. */
    record Taken(String reason, String message) {}

    /**
     * One thing to put right.
     *
     * @param what it is, as the object of a sentence
     */
    record Repair(String what, RabbitCommand command) {}

    Optional<Taken> taken() {
        if (answer.vhost().filter(found -> !isOurs(found)).isPresent()) {
            return Optional.of(new Taken("VhostTaken", "vhost " + name() + alien()));
        }
        if (answer.user().filter(found -> !isOurs(found)).isPresent()) {
            return Optional.of(new Taken("UserTaken", "user " + name() + alien()));
        }
        return Optional.empty();
    }

    private static String alien() {
        return " exists in the RabbitMQ and was not made for this object: give another vhost";
    }

    /** In the order in which to do it; empty where all is right. */
    List<Repair> repairs() {
        var repairs = new ArrayList<Repair>();
        if (answer.vhost().isEmpty()) {
            repairs.add(new Repair("vhost " + name(), new RabbitCommand.CreateVhost(name(), madeFor(vhost))));
        }
        if (answer.user().filter(this::isRight).isEmpty()) {
            repairs.add(new Repair(
                    "user " + name(),
                    new RabbitCommand.PutUser(name(), madeFor(vhost), RabbitmqVhosts.passwordRef(vhost))));
        }
        if (!answer.permissions().equals(Optional.of(Permissions.ALL))) {
            repairs.add(new Repair(
                    "the permissions of user " + name(),
                    new RabbitCommand.SetPermissions(name(), name(), Permissions.ALL)));
        }
        return repairs;
    }

    /** What makes a vhost run that does not. */
    RabbitCommand start() {
        return new RabbitCommand.StartVhost(name(), madeFor(vhost));
    }

    static String told(List<Repair> repairs) {
        return "put back in the RabbitMQ what somebody had changed: "
                + repairs.stream().map(Repair::what).collect(Collectors.joining(", "));
    }

    /** What takes our own away, the vhost first; empty where nothing of it is there. */
    List<RabbitCommand> removals() {
        var removals = new ArrayList<RabbitCommand>();
        answer.vhost()
                .filter(this::isOurs)
                .ifPresent(found -> removals.add(new RabbitCommand.DeleteVhost(name(), madeFor(vhost))));
        answer.user()
                .filter(this::isOurs)
                .ifPresent(found -> removals.add(new RabbitCommand.DeleteUser(name(), madeFor(vhost))));
        return removals;
    }

    private boolean isOurs(Vhost found) {
        return found.description().equals(madeFor(vhost));
    }

    private boolean isOurs(User found) {
        return found.tags().contains(madeFor(vhost));
    }

    private boolean isRight(User found) {
        return found.passwordRight() && found.tags().equals(Set.of(RabbitCommand.MANAGEMENT_TAG, madeFor(vhost)));
    }

    private String name() {
        return RabbitmqVhosts.name(vhost);
    }

    /** The mark on what is made. */
    static String madeFor(RabbitmqVhost vhost) {
        return "made by Nuages for RabbitmqVhost " + vhost.getMetadata().getNamespace() + "/"
                + vhost.getMetadata().getName();
    }
}
