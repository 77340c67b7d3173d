package dev.nuages.operator.rabbitmqvhost;

import dev.nuages.api.Nuages;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.core.Effect;
import dev.nuages.core.Secrets;
import dev.nuages.core.rabbitmqvhost.RabbitmqVhostObserved;
import dev.nuages.core.rabbitmqvhost.RabbitmqVhosts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the plan makes of a local RabbitMQ once its administrator has a password. */
record PlannedBroker(Container container, Map<String, String> config) {

    static PlannedBroker of(String adminPassword) {
        var objects = objects(adminPassword);
        var set = one(objects, StatefulSet.class, "shop-rabbitmq");
        return new PlannedBroker(
                set.getSpec().getTemplate().getSpec().getContainers().getFirst(),
                Secrets.texts(one(objects, Secret.class, "shop-rabbitmq-config")));
    }

    RabbitmqProcess start(Path folder) throws IOException {
        return RabbitmqProcess.start(folder, container, config);
    }

    private static List<HasMetadata> objects(String adminPassword) {
        var vhost = Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: RabbitmqVhost
                metadata: {name: shop, namespace: shop, uid: "1"}
                spec: {local: {resources: {limits: {memory: 512Mi}}}}
                """, RabbitmqVhost.class);
        var admin = Secrets.of(
                new ObjectMetaBuilder()
                        .withName("shop-rabbitmq-admin")
                        .withUid("2")
                        .addToAnnotations(Nuages.GENERATED_FOR_ANNOTATION, "RabbitmqVhost/shop")
                        .build(),
                Map.of("password", adminPassword));
        var seen = new RabbitmqVhostObserved(
                Optional.of(admin),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var kind = new RabbitmqVhosts((broker, name, user, password) -> {
            throw new AssertionError("nobody is to be asked");
        });
        return kind.plan(vhost, seen, Instant.EPOCH).effects().stream()
                .filter(Effect.Apply.class::isInstance)
                .map(effect -> ((Effect.Apply) effect).wanted())
                .toList();
    }

    private static <T extends HasMetadata> T one(List<HasMetadata> objects, Class<T> type, String name) {
        return objects.stream()
                .filter(object -> type.isInstance(object)
                        && object.getMetadata().getName().equals(name))
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
