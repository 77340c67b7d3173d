package dev.nuages.core.rabbitmqvhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nuages.api.Nuages;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RabbitmqVhostStatus;
import dev.nuages.api.UnconsumedQueue;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.InMemoryCluster;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Plan;
import dev.nuages.core.RabbitCommand;
import dev.nuages.core.RabbitCommand.Permissions;
import dev.nuages.core.Secrets;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queue;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Queues;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Unaddressed;
import dev.nuages.core.rabbitmqvhost.BrokerProbe.Unreachable;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RabbitmqVhostsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String MADE_FOR = "made by Nuages for RabbitmqVhost default/shop";

    private final BrokerInMemory broker = new BrokerInMemory();
    private final InMemoryCluster cluster = new InMemoryCluster(broker);
    private final RabbitmqVhosts kind = new RabbitmqVhosts(broker);

    @Test
    @DisplayName(
            "a vhost in this cluster waits for its RabbitMQ, is made with user and permissions, and then left alone")
    void fromNothingToReady() {
        given("{local: {}}");
        settle();
        assertThat(ready().getReason()).isEqualTo("Starting");
        assertThat(broker.vhosts).isEmpty();
        podReady();
        settle();
        assertThat(ready().getStatus()).isEqualTo("True");
        assertThat(broker.vhosts).containsExactly(Map.entry("shop", MADE_FOR));
        assertThat(broker.users)
                .containsExactly(
                        Map.entry("shop", BrokerInMemory.account("shop-rabbitmq-password", "management", MADE_FOR)));
        assertThat(broker.permissions).containsExactly(Map.entry("shop shop", Permissions.ALL));
        assertThat(Secrets.texts(cluster.get(Secret.class, "shop-rabbitmq")))
                .containsEntry("host", "shop-rabbitmq.default.svc")
                .containsEntry("port", "5672")
                .containsEntry("vhost", "shop")
                .containsEntry("username", "shop")
                .containsEntry("url", "amqp://shop:" + "k".repeat(32) + "@shop-rabbitmq.default.svc:5672/shop")
                .containsEntry(
                        "managementUrl", "http://shop:" + "k".repeat(32) + "@shop-rabbitmq.default.svc:15672/shop");
        assertThat(vhost().getStatus().host()).isEqualTo("shop-rabbitmq.default.svc");
        assertThat(vhost().getStatus().secret()).isEqualTo("shop-rabbitmq");
        cluster.takeEffects();
        assertThat(settle()).isZero();
        assertThat(cluster.takeEffects()).isEmpty();
    }

    @Test
    @DisplayName("what somebody changes in the RabbitMQ is put back, and an Event says what it was")
    void drift() {
        readyLocal();
        var good = broker.users.get("shop");
        broker.permissions.clear();
        assertThat(repaired()).contains("the permissions of user shop").doesNotContain("vhost shop");
        broker.permissions.put("shop shop", new Permissions("", ".*", ".*"));
        assertThat(repaired()).contains("the permissions of user shop");
        broker.users.put("shop", BrokerInMemory.account("another", "management", MADE_FOR));
        assertThat(repaired()).contains("user shop");
        broker.users.put(
                "shop", BrokerInMemory.account("shop-rabbitmq-password", "administrator", "management", MADE_FOR));
        assertThat(repaired()).contains("user shop");
        assertThat(broker.users).containsEntry("shop", good);
        broker.users.clear();
        assertThat(repaired()).contains("user shop");
        broker.deleteVhost("shop");
        assertThat(repaired()).contains("vhost shop", "the permissions of user shop");
        assertThat(broker.vhosts).containsKey("shop");
        assertThat(broker.permissions).containsEntry("shop shop", Permissions.ALL);
    }

    @Test
    @DisplayName(
            "a vhost that does not run is not Ready; it is looked at again soon, and started where it still does not run")
    void starting() {
        readyLocal();
        broker.running = false;
        var first = plan();
        assertThat(first.effects()).as("a new one runs in a moment").isEmpty();
        assertThat(message(first)).isEqualTo("the RabbitMQ has vhost shop and does not run it yet");
        vhost().setStatus((RabbitmqVhostStatus) first.status());
        assertThat(ready().getStatus()).isEqualTo("False");
        assertThat(ready().getReason()).isEqualTo("VhostStarting");
        settle();
        assertThat(ready().getReason()).isEqualTo("Usable");
        assertThat(cluster.takeEffects())
                .extracting(effect -> ((Effect.RunRabbit) effect).command())
                .containsExactly(new RabbitCommand.StartVhost("shop", MADE_FOR));
    }

    @Test
    @DisplayName(
            "messages that nobody takes are said, and a vhost in which they wait is Ready; each look writes nothing")
    void unconsumed() {
        readyLocal();
        assertThat(consumed().getStatus()).isEqualTo("True");
        waits(12, 0);
        settle();
        assertThat(ready().getStatus()).isEqualTo("True");
        assertThat(consumed().getStatus()).isEqualTo("False");
        assertThat(vhost().getStatus().unconsumed()).containsExactly(new UnconsumedQueue("mail", 10));
        waits(57, 0);
        assertThat(plan().effects()).isEmpty();
        assertThat(plan().status()).isEqualTo(vhost().getStatus());
        assertThat(plan().lookAgain()).hasValue(Duration.ofMinutes(1));
        waits(57, 1);
        settle();
        assertThat(consumed().getStatus()).isEqualTo("True");
        assertThat(vhost().getStatus().unconsumed()).isNull();
    }

    @Test
    @DisplayName("a vhost whose queues can't be had is Ready, and nothing is said of them")
    void queuesNotKnown() {
        readyLocal();
        waits(12, 0);
        settle();
        broker.queues = Optional.empty();
        settle();
        assertThat(ready().getStatus()).isEqualTo("True");
        assertThat(consumed().getStatus()).isEqualTo("Unknown");
        assertThat(vhost().getStatus().unconsumed()).isNull();
    }

    @Test
    @DisplayName("what waits in somebody else's vhost is not told")
    void queuesOfOthers() {
        given("{external: {adminSecret: cloud}}");
        broker.vhosts.put("shop", "of another team");
        waits(12, 0);
        settle();
        assertThat(consumed().getStatus()).isEqualTo("Unknown");
        assertThat(vhost().getStatus().unconsumed()).isNull();
    }

    private void waits(long messages, long consumers) {
        broker.queues = Optional.of(new Queues(List.of(new Queue("mail", messages, consumers)), true));
    }

    private Condition consumed() {
        return Conditions.find(vhost().getStatus().conditions(), "Consumed").orElseThrow();
    }

    @Test
    @DisplayName(
            "somebody else's Secret of the password's name is refused with a sentence, and nobody is asked with it")
    void passwordTaken() {
        given("{external: {adminSecret: cloud}}");
        cluster.put(theirs("shop-rabbitmq-password"));
        broker.vhosts.put("shop", MADE_FOR);
        broker.users.put("shop", BrokerInMemory.account("shop-rabbitmq-password", "management", MADE_FOR));
        settle();
        assertThat(ready().getReason()).isEqualTo("NameTaken");
        assertThat(ready().getMessage()).contains("Secret/shop-rabbitmq-password", "rename or delete it");
        assertThat(cluster.takeEffects()).noneMatch(Effect.RunRabbit.class::isInstance);
        assertThat(broker.askedWith).containsOnly(Optional.empty());
    }

    @Test
    @DisplayName("a RabbitMQ is not asked as an administrator whose Secret is somebody else's")
    void administratorTaken() {
        readyLocal();
        cluster.delete(ObjectRef.of(cluster.get(Secret.class, "shop-rabbitmq-admin")));
        cluster.put(theirs("shop-rabbitmq-admin"));
        broker.askedWith.clear();
        settle();
        assertThat(ready().getReason()).isEqualTo("NameTaken");
        assertThat(broker.askedWith).isEmpty();
    }

    private static Secret theirs(String name) {
        return Secrets.of(
                new ObjectMetaBuilder()
                        .withName(name)
                        .withNamespace("default")
                        .withLabels(Map.of(Ownership.MANAGED_BY_LABEL, "nuages"))
                        .build(),
                Map.of("password", "open-sesame"));
    }

    @Test
    @DisplayName("a vhost or user that was not made for the object is refused with a sentence, and nothing is changed")
    void taken() {
        given("{external: {adminSecret: cloud}}");
        broker.vhosts.put("shop", "of another team");
        settle();
        assertThat(ready().getReason()).isEqualTo("VhostTaken");
        assertThat(ready().getMessage())
                .isEqualTo("vhost shop exists in the RabbitMQ and was not made for this object: give another vhost");
        broker.vhosts.clear();
        broker.users.put("shop", BrokerInMemory.account("shop-rabbitmq-password", "administrator"));
        settle();
        assertThat(ready().getReason()).isEqualTo("UserTaken");
        assertThat(cluster.takeEffects()).noneMatch(Effect.RunRabbit.class::isInstance);
        broker.users.clear();
        settle();
        assertThat(ready().getStatus()).isEqualTo("True");
    }

    @Test
    @DisplayName("a vhost whose Secret's name is another's is not ready, though all is right inside of the RabbitMQ")
    void connectionTaken() {
        given("{external: {adminSecret: cloud}}");
        settle();
        var secret = cluster.get(Secret.class, "shop-rabbitmq");
        secret.getMetadata().getOwnerReferences().getFirst().setUid("of a former vhost of this name");
        cluster.put(secret);
        settle();
        assertThat(ready().getReason()).isEqualTo("NameTaken");
        assertThat(ready().getMessage())
                .isEqualTo("Secret/shop-rabbitmq exists and was not made for this vhost: rename or delete it");
    }

    @Test
    @DisplayName(
            "names are encoded in the addresses, which are those of the administrator's Secret for an external one")
    void addresses() {
        given("{vhost: 'team/shop:1', external: {adminSecret: cloud}}");
        settle();
        assertThat(Secrets.texts(cluster.get(Secret.class, "shop-rabbitmq")))
                .containsEntry("vhost", "team/shop:1")
                .containsEntry(
                        "url", "amqps://team%2Fshop%3A1:" + "k".repeat(32) + "@broker.example.org:5671/team%2Fshop%3A1")
                .containsEntry(
                        "managementUrl",
                        "https://team%2Fshop%3A1:" + "k".repeat(32) + "@broker.example.org:443/rabbit/team%2Fshop%3A1");
        assertThat(vhost().getStatus().host()).isEqualTo("broker.example.org");
        assertThat(vhost().getStatus().port()).isEqualTo(5671);
        assertThat(cluster.find(StatefulSet.class, "default", "shop-rabbitmq")).isEmpty();
        broker.instead = Optional.of(new Unreachable("broker.example.org: timed out"));
        settle();
        assertThat(ready().getMessage()).isEqualTo("broker.example.org: timed out");
        assertThat(vhost().getStatus().host()).isEqualTo("broker.example.org");
    }

    @Test
    @DisplayName("limits follow the volume and the memory limit, and a consumer has a day")
    void configuration() {
        given("{local: {}}");
        settle();
        assertThat(config())
                .contains("consumer_timeout = 86400000\n", "disk_free_limit.absolute = 107374182\n")
                .doesNotContain("memory");
        given("{local: {storage: 10Gi, consumerTimeoutSeconds: 60, resources: {limits: {memory: 512Mi}}}}");
        settle();
        assertThat(config())
                .contains(
                        "consumer_timeout = 60000\n",
                        "disk_free_limit.absolute = 1073741824\n",
                        "total_memory_available_override_value = 536870912\n",
                        "vm_memory_high_watermark.relative = 0.6\n");
    }

    @Test
    @DisplayName("the pod may write to its volume and three folders of its own, and its data does not hang on its name")
    void pod() {
        given("{local: {}}");
        settle();
        var pod = cluster.get(StatefulSet.class, "shop-rabbitmq")
                .getSpec()
                .getTemplate()
                .getSpec();
        var container = pod.getContainers().getFirst();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(999);
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getEmptyDir() != null)
                .extracting(Volume::getName)
                .containsExactly("home", "log", "tmp");
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/var/lib/rabbitmq", "/var/log/rabbitmq", "/tmp", "/home/rabbitmq");
        assertThat(container.getEnv())
                .extracting(EnvVar::getName, EnvVar::getValue)
                .contains(tuple("RABBITMQ_NODENAME", "rabbit@localhost"), tuple("HOME", "/home/rabbitmq"));
    }

    @Test
    @DisplayName("an administrator's password that was lost is generated anew, and the RabbitMQ restarts to learn it")
    void lostAdmin() {
        readyLocal();
        var before = podConfig();
        cluster.put(Secrets.of(
                cluster.get(Secret.class, "shop-rabbitmq-admin").getMetadata(), Map.of("password", "another")));
        settle();
        assertThat(podConfig()).isNotEqualTo(before);
        assertThat(Secrets.text(cluster.get(Secret.class, "shop-rabbitmq-config"), "definitions.json"))
                .hasValue("{\"users\":[{\"name\":\"admin@nuages\",\"password\":\"another\","
                        + "\"tags\":[\"administrator\"]}]}");
        cluster.delete(new ObjectRef(Secret.class, "default", "shop-rabbitmq-admin"));
        settle();
        assertThat(Secrets.text(cluster.get(Secret.class, "shop-rabbitmq-admin"), "password"))
                .hasValue("k".repeat(32));
    }

    @Test
    @DisplayName("only a vhost that must be deleted in a RabbitMQ of somebody else's holds up its object's deletion")
    void finalizer() {
        given("{deletionPolicy: Delete, local: {}}");
        assertThat(plan().effects()).doesNotContain(new Effect.Finalizer(true));
        given("{external: {adminSecret: cloud}}");
        assertThat(plan().effects()).doesNotContain(new Effect.Finalizer(true));
        given("{deletionPolicy: Delete, external: {adminSecret: cloud}}");
        assertThat(plan().effects()).containsExactly(new Effect.Finalizer(true));
    }

    @Test
    @DisplayName("before its object goes, a vhost and its user are deleted, if they are ours")
    void deletion() {
        external("Delete");
        assertThat(plan().effects())
                .extracting(effect -> ((Effect.RunRabbit) effect).command())
                .containsExactly(
                        new RabbitCommand.DeleteVhost("shop", MADE_FOR),
                        new RabbitCommand.DeleteUser("shop", MADE_FOR));
        assertThat(plan().confirmations())
                .as("an old view of it deletes nothing")
                .containsExactly(new Confirmation.Unchanged(
                        ObjectRef.of(vhost()), vhost().getMetadata().getResourceVersion()));
        broker.users.put("shop", BrokerInMemory.account("shop-rabbitmq-password", "management"));
        broker.vhosts.put("shop", "of another team");
        assertThat(plan().effects()).containsExactly(new Effect.Finalizer(false));
    }

    @Test
    @DisplayName("a RabbitMQ that does not answer is waited for, unless nobody knows any more where it is")
    void deletionHeldUp() {
        external("Delete");
        broker.instead = Optional.of(new Unreachable("broker.example.org: timed out"));
        assertThat(plan().effects()).isEmpty();
        assertThat(message(plan())).isEqualTo("cannot be deleted yet: broker.example.org: timed out");
        broker.instead = Optional.of(new Unaddressed("there is no Secret cloud"));
        assertThat(plan().effects()).containsExactly(new Effect.Finalizer(false));
    }

    @Test
    @DisplayName("a vhost that is retained stays in the RabbitMQ")
    void retention() {
        external("Retain");
        assertThat(plan().effects()).containsExactly(new Effect.Finalizer(false));
    }

    /** A vhost in an external RabbitMQ, made and then asked to go. */
    private void external(String policy) {
        given("{external: {adminSecret: cloud}}");
        settle();
        given("{deletionPolicy: " + policy + ", external: {adminSecret: cloud}}");
        vhost().getMetadata().setFinalizers(List.of(Nuages.FINALIZER));
        vhost().getMetadata().setDeletionTimestamp(NOW.toString());
    }

    private void readyLocal() {
        given("{local: {}}");
        settle();
        podReady();
        settle();
        assertThat(ready().getStatus()).isEqualTo("True");
        cluster.takeEffects();
    }

    private void given(String spec) {
        cluster.put(Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: RabbitmqVhost
                metadata: {name: shop, namespace: default}
                spec: %s
                """.formatted(spec), RabbitmqVhost.class));
    }

    private int settle() {
        return cluster.settle(kind, "shop");
    }

    private String repaired() {
        settle();
        assertThat(ready().getStatus()).isEqualTo("True");
        return cluster.takeEffects().stream()
                .filter(Effect.Emit.class::isInstance)
                .map(effect -> ((Effect.Emit) effect).message())
                .findFirst()
                .orElse("nothing");
    }

    private Plan<?> plan() {
        return kind.plan(vhost(), kind.observe(vhost(), cluster), NOW);
    }

    private RabbitmqVhost vhost() {
        return cluster.get(RabbitmqVhost.class, "shop");
    }

    private Condition ready() {
        return Conditions.find(vhost().getStatus().conditions(), "Ready").orElseThrow();
    }

    private static String message(Plan<?> plan) {
        var status = (RabbitmqVhostStatus) plan.status();
        return Conditions.find(status.conditions(), "Ready").orElseThrow().getMessage();
    }

    private void podReady() {
        var set = cluster.get(StatefulSet.class, "shop-rabbitmq");
        set.setStatus(new StatefulSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReadyReplicas(1)
                .withUpdatedReplicas(1)
                .build());
    }

    private String config() {
        return Secrets.text(cluster.get(Secret.class, "shop-rabbitmq-config"), "nuages.conf")
                .orElseThrow();
    }

    private Map<String, String> podConfig() {
        return cluster.get(StatefulSet.class, "shop-rabbitmq")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations();
    }
}
