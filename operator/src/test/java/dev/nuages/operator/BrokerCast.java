package dev.nuages.operator;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.Secrets;
import dev.nuages.operator.rabbitmqvhost.RabbitmqProcess;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Plays the kubelet to RabbitMQ's StatefulSets: runs what their container would. */
final class BrokerCast implements AutoCloseable {
    private final KubernetesClient admin;
    private final Map<String, RabbitmqProcess> processes = new ConcurrentHashMap<>();
    private final Queue<TemporaryFolder> folders = new ConcurrentLinkedQueue<>();

    BrokerCast(KubernetesClient admin) {
        this.admin = admin;
    }

    /** The way from the test to a RabbitMQ that is played by a process on the loopback address. */
    BrokerAddress route(BrokerAddress address) {
        if (!(address instanceof BrokerAddress.Local(var doors, var namespace, var secret))) {
            return address;
        }
        var process = processes.get(doors.management().getHost());
        var management = process == null ? URI.create("http://127.0.0.1:1") : process.management();
        return new BrokerAddress.Local(new Doors(doors.amqp(), management), namespace, secret);
    }

    /** Starts a real RabbitMQ as the StatefulSet and the Secret with its configuration say, and that its pod is ready. */
    RabbitmqProcess start(String namespace, String vhost) throws IOException {
        var set = Eventually.find(
                "StatefulSet " + vhost + "-rabbitmq",
                () -> Optional.ofNullable(admin.resources(StatefulSet.class)
                        .inNamespace(namespace)
                        .withName(vhost + "-rabbitmq")
                        .get()),
                () -> "");
        var config = admin.secrets()
                .inNamespace(namespace)
                .withName(vhost + "-rabbitmq-config")
                .get();
        var folder = TemporaryFolder.make("nuages-rabbitmq");
        folders.add(folder);
        var process = RabbitmqProcess.start(
                folder.path(),
                set.getSpec().getTemplate().getSpec().getContainers().getFirst(),
                Secrets.texts(config));
        processes.put(vhost + "-rabbitmq." + namespace + ".svc", process);
        Cast.becomeReady(admin, set);
        return process;
    }

    @Override
    public void close() {
        processes.values().forEach(RabbitmqProcess::close);
        folders.forEach(TemporaryFolder::close);
    }
}
