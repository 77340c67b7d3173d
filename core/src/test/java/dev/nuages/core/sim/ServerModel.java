package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RedisInstance;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Secrets;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A PostgresServer or a RedisInstance of this cluster: one pod with a volume. */
final class ServerModel<R extends HasMetadata> {
    private final Stage stage;
    private final Class<R> type;
    private final ObjectRef ref;
    private final List<Property<?>> more;
    private final KindSubject subject;

    static ServerModel<PostgresServer> postgres(Pool pool, Planning planning) {
        return new ServerModel<>(
                pool,
                planning,
                PostgresServer.class,
                List.of(new PasswordOpensVolume("db-postgres-admin")),
                Map.of("AdminSecretLost", ServerModel::secretPutBack));
    }

    static ServerModel<RedisInstance> redis(Pool pool, Planning planning) {
        return new ServerModel<>(pool, planning, RedisInstance.class, List.of(), Map.of());
    }

    private ServerModel(
            Pool pool,
            Planning planning,
            Class<R> type,
            List<Property<?>> more,
            Map<String, UnaryOperator<World>> waysOut) {
        this.stage = new Stage(pool, Images.GOOD);
        this.type = type;
        this.ref = new ObjectRef(type, "shop", "db");
        this.more = more;
        var controller = stage.controller(planning);
        this.subject = new KindSubject(ref, controller::plan, waysOut);
        stage.watches(Set.of(type, Secret.class, Service.class, StatefulSet.class, PersistentVolumeClaim.class));
        stage.user().may("deletes it", state -> Optional.of(stage.server().delete(state.cluster(), ref)));
        var server = server("Retain");
        stage.user()
                .may(
                        "creates it anew",
                        state -> Optional.of(created(state.world(), server).cluster()));
        stage.meddler()
                .deletes(o -> o.ref().type() != type && !(o.ref().type() == Pod.class && o.deleting()))
                .edits(
                        "somebody scales to 0",
                        o -> o.ref().type() == StatefulSet.class,
                        json -> json.withObject("/spec").put("replicas", 0));
    }

    /** The user changes his mind about the image, and about what becomes of the data. */
    ServerModel<R> changing() {
        stage.user()
                .may(
                        "asks for another image",
                        state -> edited(
                                state,
                                "image",
                                json -> json.withObject("/spec/local").put("image", "another")));
        for (var policy : List.of("Delete", "Retain")) {
            stage.user()
                    .may(
                            "asks for deletionPolicy " + policy,
                            state -> edited(
                                    state,
                                    policy,
                                    json -> json.withObject("/spec").put("deletionPolicy", policy)));
        }
        return this;
    }

    private Optional<Cluster> edited(State state, String what, Consumer<ObjectNode> edit) {
        return state.cluster()
                .find(ref)
                .map(o -> state.cluster().with(stage.pool().edit(o, what, edit)));
    }

    /** As docs/lost-secrets.md has it. */
    private static World secretPutBack(World world) {
        var labels = Map.of(
                Ownership.MANAGED_BY_LABEL,
                Nuages.MANAGER,
                Ownership.OWNER_KIND_LABEL,
                "PostgresServer",
                Ownership.OWNER_NAME_LABEL,
                "db");
        var secret = Secrets.of(
                new ObjectMetaBuilder()
                        .withName("db-postgres-admin")
                        .withNamespace("shop")
                        .withLabels(labels)
                        .withAnnotations(Map.of(Nuages.GENERATED_FOR_ANNOTATION, "PostgresServer/db"))
                        .build(),
                Map.of("password", "the same as inside"));
        return world.with(new ApiServer(new Pool()).create(world.cluster(), secret));
    }

    World created(World world, String policy) {
        return created(world, server(policy));
    }

    private World created(World world, R server) {
        return world.with(stage.server().create(world.cluster(), server));
    }

    private R server(String policy) {
        return Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: %s
                metadata: {name: db, namespace: shop}
                spec: {local: {storage: 1Gi}, deletionPolicy: %s}
                """.formatted(HasMetadata.getKind(type), policy), type);
    }

    Model model(String name) {
        return stage.model(
                name,
                subject,
                calm -> Stream.concat(
                                Stream.of(
                                        new DataStays(Owners.condemned(Set.of(type))),
                                        new ReadyInTheEnd(subject, world -> false, calm),
                                        new QuietWhenReady()),
                                more.stream())
                        .toList());
    }
}
