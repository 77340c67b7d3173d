package dev.nuages.core;

import java.net.URI;

/** Where to reach a RabbitMQ as its administrator. */
public sealed interface BrokerAddress {

    /** The namespace of {@link #adminSecret()}. */
    String namespace();

    /** The Secret with the administrator's {@code username} and {@code password}. */
    String adminSecret();

    /** One that Nuages runs. */
    record Local(Doors doors, String namespace, String adminSecret) implements BrokerAddress {}

    /**
     * One that somebody else runs. Its Secret holds {@code managementUrl} and {@code amqpUrl} beside the credentials, so
     * that these go only where those who may read them say.
     */
    record External(String namespace, String adminSecret) implements BrokerAddress {}

    /**
     * The two ways in, neither with credentials in it.
     *
     * @param amqp for applications: a scheme, which says whether with TLS, a host and a port
     * @param management the management API: {@code http} or {@code https}, a host and a port, and maybe a path, which
     *     does not end with a slash
     */
    record Doors(URI amqp, URI management) {}
}
