package dev.nuages.core.rabbitmqvhost;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.LocalRabbitmq;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.Containers;
import dev.nuages.core.Hashes;
import dev.nuages.core.LocalServer;
import dev.nuages.core.Lookup;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A RabbitMQ in this cluster, of one node: its administrator, its configuration, its StatefulSet and its Service.
 *
 * <p>The administrator is read from a definitions file at every start, and not only when the data is made: a password
 * that was lost, or changed in the RabbitMQ, is put right by a restart. With such a file there is no default user.
 *
 * @param owner the object that it is made for
 */
record LocalBroker(RabbitmqVhost owner) {
    static final int AMQP_PORT = 5672;
    static final int MANAGEMENT_PORT = 15672;

    /** With a letter that no vhost's name may have, so that no vhost's user is called the same. */
    static final String ADMIN = "admin@nuages";

    private static final String AMQP = "amqp";
    private static final String MANAGEMENT = "management";

    /** The user of Docker's official image, in its Debian variant. */
    private static final long USER_ID = 999;

    private static final String DEFAULT_IMAGE = "docker.io/library/rabbitmq:3.13-management";
    private static final Quantity DEFAULT_STORAGE = new Quantity("1Gi");
    private static final int DEFAULT_CONSUMER_TIMEOUT_SECONDS = 86_400;

    /** In place of the folder that the image has, so that nothing else has a say. All files in it are read as settings. */
    private static final String SETTINGS_FOLDER = "/etc/rabbitmq/conf.d";

    private static final String SETTINGS = "nuages.conf";

    private static final String CONFIG_FOLDER = "/etc/nuages/rabbitmq";
    private static final String DEFINITIONS = "definitions.json";
    private static final String PLUGINS = "enabled_plugins";
    private static final String DATA_FOLDER = "/var/lib/rabbitmq";
    private static final String HOME = "/home/rabbitmq";

    /** It starts only if it can open a log of upgrades here, whatever else it is told of logs. */
    private static final String LOG_FOLDER = "/var/log/rabbitmq";

    /**
     * Erlang closes every file that it could have open when it starts a program, and a container runtime may allow a
     * billion: that takes minutes of CPU (docker-library/rabbitmq#545).
     */
    private static final String START = "ulimit -Sn 65536 2>/dev/null || true; exec rabbitmq-server";

    BrokerAddress address() {
        return new BrokerAddress.Local(doors(), owner.getMetadata().getNamespace(), adminSecret());
    }

    Doors doors() {
        var host = server().name() + "." + owner.getMetadata().getNamespace() + ".svc";
        return new Doors(
                URI.create("amqp://" + host + ":" + AMQP_PORT), URI.create("http://" + host + ":" + MANAGEMENT_PORT));
    }

    String name() {
        return server().name();
    }

    String adminSecret() {
        return name() + "-admin";
    }

    String configSecret() {
        return name() + "-config";
    }

    /** The administrator, without the password. */
    Secret admin(DeletionPolicy policy) {
        return Secrets.of(Ownership.generated(owner, adminSecret(), policy), Map.of("username", ADMIN));
    }

    Service service() {
        var service = server().service();
        service.getSpec().setPorts(List.of(port(AMQP, AMQP_PORT), port(MANAGEMENT, MANAGEMENT_PORT)));
        return service;
    }

    private static ServicePort port(String name, int number) {
        return new ServicePortBuilder()
                .withName(name)
                .withPort(number)
                .withTargetPort(new IntOrString(name))
                .build();
    }

    /** The configuration, with the administrator's password in it. */
    Secret config(String password) {
        return Secrets.of(Ownership.owned(owner, configSecret(), Map.of()), files(password));
    }

    private Map<String, String> files(String password) {
        var files = new LinkedHashMap<String, String>();
        files.put(SETTINGS, String.join("\n", settings()) + "\n");
        files.put(DEFINITIONS, definitions(password));
        // The image may be one without the plugin enabled: what is here needs it.
        files.put(PLUGINS, "[rabbitmq_management].\n");
        return files;
    }

    private List<String> settings() {
        var storage = bytes(storage());
        var timeout = Optional.ofNullable(spec().consumerTimeoutSeconds()).orElse(DEFAULT_CONSUMER_TIMEOUT_SECONDS);
        var lines = new ArrayList<>(List.of(
                "listeners.tcp.default = " + AMQP_PORT,
                "management.tcp.port = " + MANAGEMENT_PORT,
                "log.console = true",
                "log.file = false",
                "load_definitions = " + CONFIG_FOLDER + "/" + DEFINITIONS,
                "consumer_timeout = " + timeout * 1000L,
                "disk_free_limit.absolute = "
                        + storage.divideToIntegralValue(BigDecimal.TEN).toBigInteger()));
        // RabbitMQ sees the node's memory, not always the container's (rabbitmq-server#10974).
        memoryLimit().ifPresent(limit -> {
            lines.add("total_memory_available_override_value = " + bytes(limit).toBigInteger());
            lines.add("vm_memory_high_watermark.relative = 0.6");
        });
        return lines;
    }

    private static String definitions(String password) {
        var root = JsonNodeFactory.instance.objectNode();
        var admin = root.putArray("users").addObject();
        admin.put("name", ADMIN).put("password", password);
        admin.putArray("tags").add("administrator");
        return root.toString();
    }

    StatefulSet statefulSet(String password, DeletionPolicy policy) {
        var storage = new LocalServer.Storage(storage(), spec().storageClassName(), policy);
        List<Volume> volumes = List.of(
                Containers.secretVolume("config", configSecret()),
                settingsVolume(),
                Containers.emptyDir("home"),
                Containers.emptyDir("log"),
                Containers.emptyDir("tmp"));
        var hash = Hashes.keyed(password, String.join("\n", files(password).values()))
                .substring(0, 16);
        return server().statefulSet(
                        container(),
                        volumes,
                        hash,
                        RabbitmqVhosts.stopped(owner()),
                        Optional.of(storage),
                        spec().pods());
    }

    private Volume settingsVolume() {
        return new VolumeBuilder()
                .withName("settings")
                .withNewSecret()
                .withSecretName(configSecret())
                .withItems(new KeyToPath(SETTINGS, null, SETTINGS))
                .endSecret()
                .build();
    }

    private Container container() {
        return new ContainerBuilder()
                .withName("rabbitmq")
                .withImage(Optional.ofNullable(spec().image()).orElse(DEFAULT_IMAGE))
                .withArgs("sh", "-c", START)
                .withEnv(environment())
                .addNewPort()
                .withName(AMQP)
                .withContainerPort(AMQP_PORT)
                .endPort()
                .addNewPort()
                .withName(MANAGEMENT)
                .withContainerPort(MANAGEMENT_PORT)
                .endPort()
                .withResources(Optional.ofNullable(spec().resources()).orElse(Containers.requests("100m", "256Mi")))
                .withSecurityContext(Containers.restricted())
                .withStartupProbe(page(1, LocalServer.STARTS_WITHIN_SECONDS))
                .withReadinessProbe(Containers.takesConnections(AMQP))
                // The kernel takes a connection for a server that hangs; a page needs an answer.
                .withLivenessProbe(page(30, 4))
                .withVolumeMounts(
                        Containers.mount("settings", SETTINGS_FOLDER),
                        Containers.mount("config", CONFIG_FOLDER),
                        Containers.mount(LocalServer.DATA, DATA_FOLDER),
                        Containers.mount("home", HOME),
                        Containers.mount("log", LOG_FOLDER),
                        Containers.mount("tmp", "/tmp"))
                .build();
    }

    private static List<EnvVar> environment() {
        return List.of(
                // The data is kept under the node's name: the pod's own changes with the object's.
                new EnvVar("RABBITMQ_NODENAME", "rabbit@localhost", null),
                new EnvVar("RABBITMQ_USE_LONGNAME", "false", null),
                new EnvVar("RABBITMQ_LOGS", "-", null),
                new EnvVar("RABBITMQ_ENABLED_PLUGINS_FILE", CONFIG_FOLDER + "/" + PLUGINS, null),
                // One node: who can reach Erlang's own ports can run anything, so nobody can.
                new EnvVar("ERL_EPMD_ADDRESS", "127.0.0.1", null),
                new EnvVar("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}", null),
                // For Erlang's cookie: anew with each pod, and not where a volume's group may come to read it, at which
                // Erlang would refuse to start.
                new EnvVar("HOME", HOME, null),
                // A dump of all memory, passwords with it, would be left on the volume.
                new EnvVar("ERL_CRASH_DUMP_SECONDS", "0", null));
    }

    /** Asks for the first page of the management's site, which costs next to nothing and needs no login. */
    private static Probe page(int everySeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/")
                .withNewPort(MANAGEMENT)
                .endHttpGet()
                .withPeriodSeconds(everySeconds)
                .withTimeoutSeconds(10)
                .withFailureThreshold(failures)
                .build();
    }

    private Quantity storage() {
        return Optional.ofNullable(spec().storage()).orElse(DEFAULT_STORAGE);
    }

    private Optional<Quantity> memoryLimit() {
        return Optional.ofNullable(spec().resources())
                .map(resources -> resources.getLimits())
                .map(limits -> limits.get("memory"));
    }

    private static BigDecimal bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity);
    }

    private LocalRabbitmq spec() {
        return Optional.ofNullable(owner.getSpec().local()).orElse(LocalRabbitmq.EMPTY);
    }

    /** Its pod. */
    Optional<Pod> pod(Lookup lookup) {
        return server().pod(lookup);
    }

    /** What it waits for while it is not ready. */
    String waiting(Optional<Pod> pod, Optional<String> refused) {
        return server().waiting(pod, refused);
    }

    private LocalServer server() {
        return new LocalServer(owner, owner.getMetadata().getName() + "-rabbitmq", "rabbitmq", AMQP_PORT, USER_ID);
    }
}
