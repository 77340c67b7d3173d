package dev.nuages.core;

/**
 * A change in a RabbitMQ. Each is safe to do twice. Passwords are named by the Secret that holds them, so that none is in
 * a plan, nor in a log of one.
 *
 * <p>What is made is marked with {@code madeFor}, the object that it is made for: a vhost in its description, a user by a
 * tag, for it has no description. RabbitMQ has both from 3.8 on. A vhost or user that exists without the mark is somebody
 * else's: no command changes or deletes it.
 */
public sealed interface RabbitCommand {

    /** The tag with which a user may ask the management API about its own vhosts, such as for a queue's length. */
    String MANAGEMENT_TAG = "management";

    /** Creates a vhost. */
    record CreateVhost(String vhost, String madeFor) implements RabbitCommand {}

    /**
     * Starts a vhost on each node where it has stopped: after a fault in its message store, say, or when it was made anew
     * while RabbitMQ was still deleting it. No node would do so before its own restart.
     */
    record StartVhost(String vhost, String madeFor) implements RabbitCommand {}

    /** Makes a user have a password, {@link #MANAGEMENT_TAG}, the mark, and no other tag. */
    record PutUser(String user, String madeFor, PasswordRef password) implements RabbitCommand {}

    /** Lets a user do in a vhost what the permissions say. */
    record SetPermissions(String vhost, String user, Permissions permissions) implements RabbitCommand {}

    /** Closes the vhost's connections and deletes it, with all that waits in its queues. */
    record DeleteVhost(String vhost, String madeFor) implements RabbitCommand {}

    /** Deletes a user, with its permissions. */
    record DeleteUser(String user, String madeFor) implements RabbitCommand {}

    /**
     * What a user may do in a vhost, each as a regular expression of the names of queues and exchanges.
     *
     * @param configure what it may create and delete
     * @param write where it may publish
     * @param read where it may consume
     */
    record Permissions(String configure, String write, String read) {
        public static final Permissions ALL = new Permissions(".*", ".*", ".*");
    }
}
