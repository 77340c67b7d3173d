/**
 * What is asked of and done in RabbitMQs, over their management HTTP API.
 *
 * <p>By the JDK's own client and not RabbitMQ's {@code http-client}: a handful of requests, for which that one would
 * bring a client, with its threads, for each RabbitMQ, follow what a stranger's server answers, and read it whatever its
 * size.
 */
@NullMarked
package dev.nuages.operator.rabbitmqvhost;

import org.jspecify.annotations.NullMarked;
