package dev.nuages.core.rabbitmqvhost;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.RabbitCommand.Permissions;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Asks a RabbitMQ what it holds. The operator's asks its management API. */
public interface BrokerProbe {

    /**
     * Looks for a vhost, a user, and what that user may do in that vhost.
     *
     * @param password the password that the user should have, to see whether it does; empty before there is one
     */
    Answer ask(BrokerAddress broker, String vhost, String user, Optional<PasswordRef> password);

    /** What came back. */
    sealed interface Answer {}

    /** The administrator's Secret does not exist, or lacks what is needed: nobody can be asked. */
    record Unaddressed(String why) implements Answer {}

    /** The RabbitMQ did not answer, or let us not in. */
    record Unreachable(String why) implements Answer {}

    /**
     * The RabbitMQ answered; what is empty does not exist.
     *
     * @param doors where it is reached
     * @param queues what waits in the vhost; empty where there is no vhost, or that could not be had
     */
    record Answered(
            Doors doors,
            Optional<Vhost> vhost,
            Optional<User> user,
            Optional<Permissions> permissions,
            Optional<Queues> queues)
            implements Answer {}

    /**
     * What waits in a vhost. Queues that go with whoever declared them (exclusive, or to be deleted automatically) are not
     * looked at: what is in them is for nobody else.
     *
     * @param waiting the queues with messages that nobody was given yet
     * @param all whether all of them are here: of a great many, and of a queue that was just made or whose node is down,
     *     it is not known what waits in them
     */
    record Queues(List<Queue> waiting, boolean all) {
        public Queues {
            waiting = List.copyOf(waiting);
        }
    }

    /**
     * A queue.
     *
     * @param ready how many messages wait to be given to somebody
     * @param consumers how many there are to be given them
     */
    record Queue(String name, long ready, long consumers) {}

    /**
     * A vhost that exists.
     *
     * @param description empty where it has none
     * @param running whether a node runs it: one that was just made lets nobody in before
     */
    record Vhost(String description, boolean running) {}

    /**
     * A user that exists.
     *
     * @param passwordRight whether it has the password that it should have
     */
    record User(SortedSet<String> tags, boolean passwordRight) {}
}
