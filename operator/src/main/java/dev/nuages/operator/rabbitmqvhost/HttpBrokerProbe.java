package dev.nuages.operator.rabbitmqvhost;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import dev.nuages.operator.Refusal;
import dev.nuages.operator.SecretTexts;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Looks into a RabbitMQ through its management API, as its administrator. */
public final class HttpBrokerProbe implements BrokerProbe {
    private final SecretTexts secrets;
    private final UnaryOperator<BrokerAddress> route;

    /**
     * @param route the way from here to a RabbitMQ of this address: the address itself inside of the cluster
     */
    public HttpBrokerProbe(SecretTexts secrets, UnaryOperator<BrokerAddress> route) {
        this.secrets = secrets;
        this.route = route;
    }

    @Override
    public Answer ask(BrokerAddress address, String vhost, String user, Optional<PasswordRef> password) {
        Administrator administrator;
        try {
            administrator = Administrator.of(address, secrets, route);
        } catch (Refusal e) {
            return new Unaddressed(e.sentence());
        }
        var text = password.flatMap(ref -> secrets.text(ref.namespace(), ref.secret(), ref.key()));
        var broker = new Broker(new ManagementApi(administrator));
        try {
            var found = broker.vhost(vhost);
            return new Answered(
                    administrator.doors(),
                    found,
                    broker.user(user)
                            .map(account -> new User(
                                    account.tags(),
                                    text.filter(account.password()::isOf).isPresent())),
                    broker.permissions(vhost, user),
                    found.flatMap(there -> queues(broker, vhost)));
        } catch (Refusal e) {
            return new Unreachable(e.sentence());
        }
    }

    /** Nothing depends on them: where they can't be had, they are not known. */
    private static Optional<Queues> queues(Broker broker, String vhost) {
        try {
            return broker.queues(vhost);
        } catch (Refusal e) {
            return Optional.empty();
        }
    }
}
