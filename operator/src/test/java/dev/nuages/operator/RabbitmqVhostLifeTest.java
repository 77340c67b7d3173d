package dev.nuages.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.ConnectionFactory;
import dev.nuages.api.ExternalRabbitmq;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RabbitmqVhostSpec;
import dev.nuages.api.UnconsumedQueue;
import dev.nuages.core.Conditions;
import dev.nuages.core.Secrets;
import dev.nuages.core.djangoapp.SiteProbe;
import dev.nuages.operator.rabbitmqvhost.RabbitmqProcess;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The operator under the chart's own rights, on a real API server and with a real RabbitMQ: the one that was asked for as
 * a local one is the external one of the other tests, which have a namespace each.
 */
@Tag("control-plane")
@Order(4)
@ResourceLock(TestCluster.LEASE)
class RabbitmqVhostLifeTest {
    /** An operator for all would keep the vhosts of other tests, too. */
    private static final Set<String> NAMESPACES = Set.of(
            "rabbitmq-local",
            "rabbitmq-drift",
            "rabbitmq-taken",
            "rabbitmq-delete",
            "rabbitmq-retain",
            "rabbitmq-lost",
            "rabbitmq-waiting");

    private static final String LOCAL = "rabbitmq-local";
    private static final String DRIFT = "rabbitmq-drift";
    private static final String NAME = "team/shop:1";

    @RegisterExtension
    static final TestCluster cluster = TestCluster.withGarbageCollection();

    private static KubernetesClient admin;
    private static KubernetesClient client;
    private static BrokerCast cast;
    private static Operator operator;
    private static RabbitmqProcess rabbitmq;

    /** No application is kept here. */
    private static final SiteProbe NO_SITE = (namespace, service, host, path) -> {
        throw new AssertionError("nobody asks for " + service);
    };

    @BeforeAll
    static void start() throws IOException {
        admin = cluster.admin();
        client = cluster.operator();
        cast = new BrokerCast(admin);
        var configuration = new Configuration(TestCluster.OPERATOR_NAMESPACE, "rabbitmq", NAMESPACES, 0, true);
        operator = new Operator(
                configuration,
                client,
                (databases, brokers) -> Kinds.all(databases, brokers, NO_SITE),
                UnaryOperator.identity(),
                cast::route,
                () -> {
                    throw new AssertionError("the lease was lost");
                });
        operator.start();
        cluster.newNamespace(LOCAL);
        create(LOCAL, "shop", "{vhost: '" + NAME + "', local: {}}");
        rabbitmq = cast.start(LOCAL, "shop");
        awaitReady(LOCAL, "shop");
    }

    @AfterAll
    static void stop() {
        operator.close();
        cast.close();
        client.close();
    }

    @Test
    void a_message_goes_through_by_the_address_in_the_secret() throws Exception {
        var secret = secret(LOCAL, "shop-rabbitmq");
        assertThat(secret)
                .containsEntry("host", "shop-rabbitmq." + LOCAL + ".svc")
                .containsEntry("vhost", NAME)
                .containsEntry("username", NAME);
        assertThat(rabbitmq.get("vhosts", NAME).path("description").asText())
                .isEqualTo("made by Nuages for RabbitmqVhost " + LOCAL + "/shop");
        send(url(LOCAL, "shop").replace("shop-rabbitmq." + LOCAL + ".svc:5672", "127.0.0.1:" + rabbitmq.amqpPort()));
    }

    private static void send(String url) throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri(url);
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            channel.queueDeclare("tasks", false, true, true, Map.of());
            channel.confirmSelect();
            channel.basicPublish("", "tasks", null, "hello".getBytes(UTF_8));
            channel.waitForConfirmsOrDie();
            assertThat(channel.basicGet("tasks", true).getBody()).isEqualTo("hello".getBytes(UTF_8));
        }
    }

    @Test
    void what_somebody_changes_in_the_rabbitmq_is_put_back_and_said() {
        external(DRIFT, "shop", "{vhost: drift/1, external: {adminSecret: cloud}}");
        awaitReady(DRIFT, "shop");
        var mark = "made by Nuages for RabbitmqVhost " + DRIFT + "/shop";
        var tags = rabbitmq.get("users", "drift/1").path("tags");
        BooleanSupplier permitted =
                () -> !rabbitmq.get("permissions", "drift/1", "drift/1").isMissingNode();

        rabbitmq.delete("permissions", "drift/1", "drift/1");
        awaitRepair("the permissions", permitted);
        Eventually.holds(
                "an Event",
                () -> admin.events().v1().events().inNamespace(DRIFT).list().getItems().stream()
                        .anyMatch(event -> "DriftRepaired".equals(event.getReason())
                                && event.getNote()
                                        .equals("put back in the RabbitMQ what somebody had changed:"
                                                + " the permissions of user drift/1")));

        rabbitmq.put("{\"password\":\"another\",\"tags\":\"administrator," + mark + "\"}", "users", "drift/1");
        awaitRepair(
                "the tags", () -> rabbitmq.get("users", "drift/1").path("tags").equals(tags));
        assertThatCode(() -> send(url(DRIFT, "shop"))).doesNotThrowAnyException();
        rabbitmq.delete("users", "drift/1");
        awaitRepair("the user", permitted);
        deleteVhost("drift/1");
        awaitRepair("the vhost", () -> takesMessages(url(DRIFT, "shop")));
        awaitReady(DRIFT, "shop");

        // Without its mark only a person can say whose it is.
        rabbitmq.put("{\"password\":\"another\",\"tags\":\"\"}", "users", "drift/1");
        look(DRIFT);
        awaitReason(DRIFT, "shop", "UserTaken");
    }

    /**
     * Also while the operator looks: RabbitMQ deletes a vhost piece by piece, answers 500 to one that is made anew before
     * the last piece is gone, and leaves the new one stopped.
     */
    private static void deleteVhost(String name) {
        try {
            rabbitmq.delete("vhosts", name);
        } catch (RabbitmqProcess.Refused e) {
            assertThat(e.code()).isEqualTo(500);
        }
    }

    private static boolean takesMessages(String url) {
        try {
            send(url);
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    private static void awaitRepair(String what, BooleanSupplier repaired) {
        look(DRIFT);
        Eventually.holds(what + " as they should be", repaired, () -> String.valueOf(ready(DRIFT, "shop")));
    }

    /** Makes the operator look, which it else does every minute. */
    private static void look(String namespace) {
        vhost(namespace, "shop")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"looked-at\":\"" + System.nanoTime() + "\"}}}");
    }

    @Test
    void messages_that_nobody_takes_are_said_until_somebody_does() throws Exception {
        var namespace = "rabbitmq-waiting";
        external(namespace, "shop", "{vhost: waiting/1, external: {adminSecret: cloud}}");
        awaitReady(namespace, "shop");
        awaitConsumed("True");
        var factory = new ConnectionFactory();
        factory.setUri(url(namespace, "shop"));
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            channel.basicQos(1);
            channel.queueDeclare("own", false, true, false, Map.of());
            channel.queueDeclare("reply", false, false, true, Map.of());
            channel.queueDeclare("celeryev.1", true, false, false, Map.of());
            channel.queueDeclare("mail", true, false, false, Map.of());
            channel.queueDeclare("celery", true, false, false, Map.of());
            channel.basicConsume("celery", false, (tag, delivery) -> {}, tag -> {});
            for (var queue : List.of("own", "reply", "celeryev.1", "celery", "celery", "mail")) {
                channel.basicPublish("", queue, null, "task".getBytes(UTF_8));
            }
            awaitNumber("mail", "messages_ready", 1);
            awaitNumber("celery", "messages_ready", 1);
            awaitNumber("celery", "consumers", 1);
            look(namespace);
            awaitConsumed("False");
            assertThat(vhost(namespace, "shop").get().getStatus().unconsumed())
                    .containsExactly(new UnconsumedQueue("mail", 1));
            assertThat(ready(namespace, "shop").getStatus()).isEqualTo("True");
            channel.basicConsume("mail", true, (tag, delivery) -> {}, tag -> {});
            awaitNumber("mail", "consumers", 1);
            look(namespace);
            awaitConsumed("True");
        }
    }

    /** RabbitMQ collects its numbers every five seconds. */
    private static void awaitNumber(String queue, String number, long expected) {
        Eventually.holds(
                queue + " has " + expected + " " + number,
                () -> rabbitmq.get("queues", "waiting/1", queue).path(number).asLong(-1) == expected,
                () -> String.valueOf(rabbitmq.get("queues", "waiting/1", queue)));
    }

    private static void awaitConsumed(String status) {
        Eventually.holds(
                "Consumed is " + status,
                () -> consumed().filter(c -> c.getStatus().equals(status)).isPresent(),
                () -> String.valueOf(consumed()));
    }

    private static Optional<Condition> consumed() {
        return Optional.ofNullable(vhost("rabbitmq-waiting", "shop").get().getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "Consumed"));
    }

    @Test
    void somebody_elses_vhost_is_refused_and_left_as_it_is() {
        rabbitmq.put("{\"description\":\"of another team\"}", "vhosts", "theirs");
        external("rabbitmq-taken", "theirs", "{external: {adminSecret: cloud}}");
        awaitReason("rabbitmq-taken", "theirs", "VhostTaken");
        assertThat(ready("rabbitmq-taken", "theirs").getMessage())
                .isEqualTo("vhost theirs exists in the RabbitMQ and was not made for this object: give another vhost");
        assertThat(rabbitmq.get("vhosts", "theirs").path("description").asText())
                .isEqualTo("of another team");
        assertThat(rabbitmq.get("users", "theirs").isMissingNode()).isTrue();
    }

    @Test
    void a_vhost_to_be_deleted_goes_with_its_user_before_its_object() throws Exception {
        external("rabbitmq-delete", "gone", "{deletionPolicy: Delete, external: {adminSecret: cloud}}");
        awaitReady("rabbitmq-delete", "gone");
        assertThat(vhost("rabbitmq-delete", "gone").get().getStatus().host()).isEqualTo("127.0.0.1");
        send(url("rabbitmq-delete", "gone"));
        vhost("rabbitmq-delete", "gone").delete();
        awaitGone("rabbitmq-delete", "gone");
        assertThat(rabbitmq.get("vhosts", "gone").isMissingNode()).isTrue();
        assertThat(rabbitmq.get("users", "gone").isMissingNode()).isTrue();
    }

    @Test
    void a_vhost_that_is_retained_is_found_again_by_the_next_object_of_its_name() {
        external("rabbitmq-retain", "kept", "{external: {adminSecret: cloud}}");
        awaitReady("rabbitmq-retain", "kept");
        var password = secret("rabbitmq-retain", "kept-rabbitmq-password");
        vhost("rabbitmq-retain", "kept").delete();
        awaitGone("rabbitmq-retain", "kept");
        assertThat(rabbitmq.get("vhosts", "kept").isMissingNode()).isFalse();
        var hash = rabbitmq.get("users", "kept").path("password_hash").asText();

        create("rabbitmq-retain", "kept", "{external: {adminSecret: cloud}}");
        awaitReady("rabbitmq-retain", "kept");
        assertThat(secret("rabbitmq-retain", "kept-rabbitmq-password")).isEqualTo(password);
        assertThat(rabbitmq.get("users", "kept").path("password_hash").asText()).isEqualTo(hash);
    }

    @Test
    void without_its_admin_secret_a_vhost_waits_and_does_not_hold_up_its_deletion() {
        cluster.newNamespace("rabbitmq-lost");
        create("rabbitmq-lost", "lost", "{deletionPolicy: Delete, external: {adminSecret: cloud}}");
        awaitReason("rabbitmq-lost", "lost", "AdminSecretMissing");
        assertThat(ready("rabbitmq-lost", "lost").getMessage()).isEqualTo("there is no Secret cloud");
        adminSecret("rabbitmq-lost");
        awaitReady("rabbitmq-lost", "lost");
        admin.secrets().inNamespace("rabbitmq-lost").withName("cloud").delete();
        vhost("rabbitmq-lost", "lost").delete();
        awaitGone("rabbitmq-lost", "lost");
        assertThat(rabbitmq.get("vhosts", "lost").isMissingNode()).isFalse();
    }

    @Test
    void local_and_external_cannot_be_exchanged() {
        var changed = vhost(LOCAL, "shop").get();
        changed.setSpec(new RabbitmqVhostSpec(null, new ExternalRabbitmq("cloud"), NAME, null, null));
        assertThatThrownBy(() -> admin.resource(changed).update())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("local and external cannot be exchanged, for what waits in the queues");
    }

    @Test
    void no_password_is_in_a_status_or_an_event() {
        var admins = secret(LOCAL, "shop-rabbitmq-admin").get("password");
        var users = secret(LOCAL, "shop-rabbitmq-password").get("password");
        var told = Serialization.asYaml(
                        admin.resources(RabbitmqVhost.class).inAnyNamespace().list())
                + Serialization.asYaml(
                        admin.events().v1().events().inAnyNamespace().list());
        assertThat(told).contains(NAME).doesNotContain(admins, users);
    }

    private static void external(String namespace, String name, String spec) {
        cluster.newNamespace(namespace);
        adminSecret(namespace);
        create(namespace, name, spec);
    }

    /** As somebody who runs a RabbitMQ would write it: without any of our labels. */
    private static void adminSecret(String namespace) {
        var local = secret(LOCAL, "shop-rabbitmq-admin");
        admin.resource(Secrets.of(
                        new ObjectMetaBuilder()
                                .withNamespace(namespace)
                                .withName("cloud")
                                .build(),
                        Map.of(
                                "username",
                                local.get("username"),
                                "password",
                                local.get("password"),
                                "managementUrl",
                                rabbitmq.management() + "/",
                                "amqpUrl",
                                "amqp://127.0.0.1:" + rabbitmq.amqpPort())))
                .create();
    }

    private static void create(String namespace, String name, String spec) {
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: RabbitmqVhost
                metadata:
                  name: %s
                spec: %s
                """.formatted(name, spec)).inNamespace(namespace).create();
    }

    private static Resource<RabbitmqVhost> vhost(String namespace, String name) {
        return admin.resources(RabbitmqVhost.class).inNamespace(namespace).withName(name);
    }

    private static Map<String, String> secret(String namespace, String name) {
        return Secrets.texts(
                admin.secrets().inNamespace(namespace).withName(name).get());
    }

    private static String url(String namespace, String name) {
        return Objects.requireNonNull(secret(namespace, name + "-rabbitmq").get("url"));
    }

    private static Condition ready(String namespace, String name) {
        return Optional.ofNullable(vhost(namespace, name).get().getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "Ready"))
                .orElseGet(Condition::new);
    }

    private static void awaitReady(String namespace, String name) {
        awaitReason(namespace, name, "Usable");
    }

    private static void awaitReason(String namespace, String name, String reason) {
        Eventually.holds(
                name + " is " + reason,
                () -> reason.equals(ready(namespace, name).getReason()),
                () -> String.valueOf(ready(namespace, name)));
    }

    private static void awaitGone(String namespace, String name) {
        Eventually.holds(
                name + " is gone",
                () -> vhost(namespace, name).get() == null,
                () -> String.valueOf(ready(namespace, name)));
    }
}
