/** Vhosts of RabbitMQ. */
@NullMarked
package dev.nuages.core.rabbitmqvhost;

import org.jspecify.annotations.NullMarked;
