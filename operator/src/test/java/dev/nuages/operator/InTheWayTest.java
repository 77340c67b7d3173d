package dev.nuages.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseSpec;
import dev.nuages.api.RedisInstance;
import dev.nuages.api.RedisInstanceSpec;
import dev.nuages.core.Confirmation;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who waits for a name that is somebody else's hears of its going at once, not at the next look. */
@Tag("control-plane")
class InTheWayTest {
    private static final String NAMESPACE = "in-the-way";

    @RegisterExtension
    static final TestCluster cluster = new TestCluster();

    private static KubernetesClient client;
    private static Caches caches;
    private static LiveApp app;

    @BeforeAll
    static void start() {
        client = cluster.operator();
        app = LiveApp.create(cluster, NAMESPACE);
        caches = new Caches(client, Set.of(NAMESPACE), Set.of(DjangoApp.class), object -> {});
        caches.start().join();
    }

    @AfterAll
    static void stop() {
        caches.close();
        client.close();
    }

    @Test
    void the_going_of_an_object_without_our_label_is_watched() {
        var heard = new CopyOnWriteArrayList<ObjectRef>();
        var service = cluster.admin().resource(service(meta(LiveApp.WEB))).create();
        try (var foreign = new ForeignObjects(client, caches, heard::add)) {
            assertThat(foreign.remember(app.resource().get(), ObjectRef.of(service)))
                    .isTrue();
            cluster.admin().resource(service).delete();
            Eventually.holds("news of its going", () -> !heard.isEmpty());
            assertThat(heard).containsExactly(ObjectRef.of(app.resource().get()));
        }
    }

    @Test
    void an_object_of_our_own_kinds_concerns_the_application_that_wants_its_name() {
        var relations = new Relations(caches, List.of());
        var database = new PostgresDatabase();
        database.setMetadata(meta(LiveApp.NAME));
        database.setSpec(new PostgresDatabaseSpec("main", null, null, null));
        var redis = new RedisInstance();
        redis.setMetadata(meta(LiveApp.NAME + "-durable"));
        redis.setSpec(new RedisInstanceSpec(null, null, null));
        var concerned = ObjectRef.of(app.resource().get());
        assertThat(relations.concernedBy(database)).containsExactly(concerned);
        assertThat(relations.concernedBy(redis)).containsExactly(concerned);
        database.setMetadata(meta("another"));
        assertThat(relations.concernedBy(database)).isEmpty();
    }

    @Test
    void an_object_without_our_label_in_place_of_nothing_is_found_and_one_with_it_is_soon_heard_of() {
        var confirmations = new Confirmations(client);
        var theirs = new ObjectRef(Service.class, NAMESPACE, "in-place-of-nothing");
        var absent = new Confirmation.Absent(theirs);
        assertThat(confirmations.holds(absent)).isTrue();
        assertThat(confirmations.inTheWay(absent)).isEmpty();
        cluster.admin().resource(service(meta(theirs.name()))).create();
        assertThat(confirmations.holds(absent)).isFalse();
        assertThat(confirmations.inTheWay(absent)).contains(theirs);
        var ours = meta("ours");
        ours.setLabels(Map.of(Ownership.MANAGED_BY_LABEL, Nuages.MANAGER));
        cluster.admin().resource(service(ours)).create();
        assertThat(confirmations.inTheWay(new Confirmation.Absent(new ObjectRef(Service.class, NAMESPACE, "ours"))))
                .isEmpty();
        assertThat(confirmations.inTheWay(
                        new Confirmation.Absent(ObjectRef.of(app.resource().get()))))
                .as("caches hold all of our own kinds")
                .isEmpty();
    }

    private static Service service(ObjectMeta meta) {
        return new ServiceBuilder()
                .withMetadata(meta)
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
    }

    private static ObjectMeta meta(String name) {
        return new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build();
    }
}
