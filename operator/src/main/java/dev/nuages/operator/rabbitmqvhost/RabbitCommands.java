package dev.nuages.operator.rabbitmqvhost;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.RabbitCommand;
import dev.nuages.operator.Refusal;
import dev.nuages.operator.SecretTexts;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Carries out what plans want of RabbitMQs. Every command may be repeated, also when it is not known whether it was done
 * because the connection broke. The API has no precondition for a write: what exists by now, and is not ours, is looked
 * for right before.
 */
public final class RabbitCommands {
    private final SecretTexts secrets;
    private final UnaryOperator<BrokerAddress> route;

    /**
     * @param route the way from here to a RabbitMQ of this address: the address itself inside of the cluster
     */
    public RabbitCommands(SecretTexts secrets, UnaryOperator<BrokerAddress> route) {
        this.secrets = secrets;
        this.route = route;
    }

    /**
     * Does it now.
     *
     * @throws Refusal with a sentence, where it could not be done
     */
    public void run(BrokerAddress address, RabbitCommand command) {
        var broker = new Broker(new ManagementApi(Administrator.of(address, secrets, route)));
        switch (command) {
            case RabbitCommand.CreateVhost(var vhost, var madeFor) -> createVhost(broker, vhost, madeFor);
            case RabbitCommand.StartVhost(var vhost, var madeFor) ->
                broker.vhost(vhost)
                        .filter(found -> found.description().equals(madeFor))
                        .ifPresent(ours -> broker.startVhost(vhost));
            case RabbitCommand.PutUser(var user, var madeFor, var password) ->
                putUser(broker, user, madeFor, secrets.password(password));
            case RabbitCommand.SetPermissions(var vhost, var user, var permissions) ->
                broker.putPermissions(vhost, user, permissions);
            case RabbitCommand.DeleteVhost(var vhost, var madeFor) ->
                broker.vhost(vhost)
                        .filter(found -> found.description().equals(madeFor))
                        .ifPresent(ours -> broker.deleteVhost(vhost));
            case RabbitCommand.DeleteUser(var user, var madeFor) ->
                broker.user(user)
                        .filter(found -> found.tags().contains(madeFor))
                        .ifPresent(ours -> broker.deleteUser(user));
        }
    }

    private static void createVhost(Broker broker, String vhost, String madeFor) {
        var found = broker.vhost(vhost);
        if (found.isEmpty()) {
            broker.putVhost(vhost, madeFor);
        } else if (!found.get().description().equals(madeFor)) {
            throw new Refusal("VhostTaken", "vhost " + vhost + " exists by now, and was not made for this object");
        }
    }

    private static void putUser(Broker broker, String user, String madeFor, String password) {
        if (broker.user(user).filter(found -> !found.tags().contains(madeFor)).isPresent()) {
            throw new Refusal("UserTaken", "user " + user + " exists by now, and was not made for this object");
        }
        broker.putUser(user, List.of(RabbitCommand.MANAGEMENT_TAG, madeFor), PasswordHash.of(password));
    }
}
