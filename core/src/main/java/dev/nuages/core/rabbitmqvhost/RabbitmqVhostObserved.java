package dev.nuages.core.rabbitmqvhost;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/**
 * All that matters to a RabbitmqVhost. The first six are those of a local RabbitMQ; they are empty for an external one.
 *
 * @param admin the Secret with the administrator's password
 * @param config the Secret with the configuration
 * @param service the Service
 * @param statefulSet the StatefulSet
 * @param pod its pod
 * @param refused why the StatefulSet gets none, where it lacks it
 * @param password the Secret with the generated password of the vhost's user
 * @param connection the Secret that says how to reach the vhost
 * @param answer what the RabbitMQ holds; empty where it was not asked, for it is not ready or there is no need to
 */
public record RabbitmqVhostObserved(
        Optional<Secret> admin,
        Optional<Secret> config,
        Optional<Service> service,
        Optional<StatefulSet> statefulSet,
        Optional<Pod> pod,
        Optional<String> refused,
        Optional<Secret> password,
        Optional<Secret> connection,
        Optional<BrokerProbe.Answer> answer) {}
