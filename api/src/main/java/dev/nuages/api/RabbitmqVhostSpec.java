package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What a vhost should be, and on which RabbitMQ: exactly one of {@code local} and {@code external} is given, and it stays
 * that one.
 *
 * @param local a RabbitMQ in this cluster, for this vhost alone.
 * @param external a RabbitMQ that somebody else runs, through its management API.
 * @param vhost the vhost's name, and its user's. Default: the object's name. Cannot be changed later.
 * @param deletionPolicy what becomes of the vhost with all that waits in its queues, of its user and of the generated
 *     passwords when this object is deleted. In an external RabbitMQ nothing can be deleted once {@code adminSecret} is
 *     gone. Default: Retain.
 * @param stopped ends the pod of a local RabbitMQ and keeps what waits in its queues. Default: false.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.local) != has(self.external)",
        message = "a RabbitmqVhost needs exactly one of: local, external")
@ValidationRule(
        value = "!has(self.stopped) || !self.stopped || has(self.local)",
        message = "stopped is for a local RabbitMQ: an external one is not ours to stop",
        fieldPath = ".stopped")
@ValidationRule(
        value = "has(self.local) == has(oldSelf.local)",
        message = "local and external cannot be exchanged, for what waits in the queues would stay behind: make a new"
                + " RabbitmqVhost")
@ValidationRule(
        value = "has(self.vhost) == has(oldSelf.vhost) && (!has(self.vhost) || self.vhost == oldSelf.vhost)",
        message = "vhost cannot be changed, for what waits in its queues would stay behind: make a new RabbitmqVhost",
        fieldPath = ".vhost")
public record RabbitmqVhostSpec(
        @Nullable LocalRabbitmq local,
        @Nullable ExternalRabbitmq external,

        @Nullable
        @Size(max = 128)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9_.:/-]+$') && self.matches('[A-Za-z0-9]')",
                message =
                        "a vhost's name is 1 to 128 letters, digits, '_', '.', ':', '/' and '-', with at least one letter"
                                + " or digit")
        String vhost,

        @Nullable DeletionPolicy deletionPolicy,
        @Nullable Boolean stopped) {}
