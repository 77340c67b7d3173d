package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A RabbitMQ that somebody else runs, such as a dedicated instance of CloudAMQP.
 *
 * @param adminSecret the name of a Secret, in the same namespace, with the credentials of an administrator and where they
 *     may be sent: {@code username}, {@code password}, {@code managementUrl}, such as
 *     {@code https://broker.example.org:15671}, and {@code amqpUrl}, where applications connect, such as
 *     {@code amqps://broker.example.org:5671}. The addresses are in the Secret, and not here, so that nobody who may not
 *     read the credentials can choose where they go. Cannot be changed later; what the Secret holds can.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.adminSecret == oldSelf.adminSecret",
        message =
                "adminSecret cannot be changed, for another may lead to another RabbitMQ: change what the Secret holds,"
                        + " or make a new RabbitmqVhost",
        fieldPath = ".adminSecret")
public record ExternalRabbitmq(
        @Required @Size(min = 1, max = 253) String adminSecret) {}
