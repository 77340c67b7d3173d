package dev.nuages.core.sim;

import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.core.Effect;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A PostgresDatabase on a PostgreSQL server that others use too. */
final class DatabaseModel {
    static final String NAME = "mysite";
    private static final String STRANGER = "stranger";
    private static final ObjectRef REF = new ObjectRef(PostgresDatabase.class, "shop", NAME);
    private static final String SERVER = """
            apiVersion: nuages.dev/v1alpha1
            kind: PostgresServer
            metadata: {name: shared, namespace: shop}
            spec: {local: {}}
            status:
              host: shared-postgres.shop.svc
              port: 5432
              adminSecret: shared-postgres-admin
              conditions:
              - {type: Ready, status: "True", reason: Answering, message: the server answers}
            """;

    private final PostgresServer server = Serialization.unmarshal(SERVER, PostgresServer.class);
    private final Stage stage;
    private final KindSubject subject;

    DatabaseModel(Pool pool, Planning planning) {
        this.stage = new Stage(pool, Images.GOOD);
        var controller = stage.controller(planning);
        this.subject = new KindSubject(
                REF,
                controller::plan,
                Map.of(
                        "NameTaken",
                        UnaryOperator.identity(),
                        "RoleTaken",
                        world -> world.with(world.sql().withoutDatabase(NAME).withoutRole(NAME)),
                        "DatabaseTaken",
                        world -> world.with(world.sql().withoutDatabase(NAME))));
        stage.watches(Set.of(PostgresDatabase.class, Secret.class, PostgresServer.class));
        stage.works(DatabaseModel::serverComesBack);
        stage.meddles(DatabaseModel::connectionBreaks);
        stage.meddles(DatabaseModel::serverChanges);
        stage.meddler().deletes(o -> o.ref().type() == Secret.class);
        stage.user().may("deletes it", state -> Optional.of(stage.server().delete(state.cluster(), REF)));
        for (var policy : List.of("Delete", "Retain")) {
            stage.user()
                    .may(
                            "asks for deletionPolicy " + policy,
                            state -> state.cluster()
                                    .find(REF)
                                    .map(o -> state.cluster()
                                            .with(pool.edit(
                                                    o,
                                                    policy,
                                                    json -> json.withObject("/spec")
                                                            .put("deletionPolicy", policy)))));
            var database = database(policy);
            stage.user()
                    .may(
                            "creates it anew, " + policy,
                            state ->
                                    Optional.of(created(state.world(), database).cluster()));
        }
    }

    /** The server, the database's object, and a role of somebody else. */
    World created(World world, String policy) {
        return created(world, database(policy));
    }

    private World created(World world, PostgresDatabase database) {
        var cluster = stage.server().create(world.cluster(), server);
        var strangers = world.sql().withRole(STRANGER, new SqlServer.Role("", "secret"));
        return world.with(stage.server().create(cluster, database)).with(strangers);
    }

    private static PostgresDatabase database(String policy) {
        return Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: PostgresDatabase
                metadata: {name: mysite, namespace: shop}
                spec: {server: shared, extensions: [pg_trgm], deletionPolicy: %s}
                """.formatted(policy), PostgresDatabase.class);
    }

    private static void serverComesBack(State state, Consumer<Step> may) {
        if (!state.world().sql().answers()) {
            may.accept(new Step(
                    Who.NEIGHBOUR,
                    "the server answers again",
                    state.with(state.world().with(state.world().sql().answering(true)))));
        }
    }

    /** Whatever is done in more than one statement may be done by half. */
    private static void connectionBreaks(State state, Consumer<Step> may) {
        for (var flight : state.flights()) {
            if (flight.next().orElse(null) instanceof Effect.RunSql sql) {
                state.world()
                        .sql()
                        .halfWay(sql.command())
                        .ifPresent(half -> may.accept(new Step(
                                Who.FAULT,
                                "the connection breaks in the middle of " + sql.command(),
                                state.withoutFlight(flight).with(state.world().with(half)))));
            }
        }
    }

    private static void serverChanges(State state, Consumer<Step> may) {
        if (state.budget().faults() == 0) {
            return;
        }
        var sql = state.world().sql();
        change(state, may, "the server does not answer", sql.answering(false));
        change(state, may, "somebody drops the database", sql.withoutDatabase(NAME));
        if (sql.database(NAME).isEmpty()) {
            change(state, may, "somebody drops the role", sql.withoutRole(NAME));
        }
        sql.role(NAME)
                .ifPresent(role -> change(
                        state,
                        may,
                        "somebody sets another password",
                        sql.withRole(NAME, new SqlServer.Role(role.madeFor(), "x"))));
        sql.database(NAME).filter(found -> !found.halfMade()).ifPresent(found -> {
            change(state, may, "somebody else becomes the owner", with(sql, found, STRANGER, found.extensions()));
            change(state, may, "somebody drops the extension", with(sql, found, found.owner(), Set.of()));
        });
        if (sql.role(NAME).isEmpty()) {
            change(state, may, "somebody creates the role", sql.withRole(NAME, new SqlServer.Role("", "x")));
        }
        if (sql.database(NAME).isEmpty()) {
            change(state, may, "somebody creates the database", sql.created(NAME, STRANGER, false));
        }
    }

    private static SqlServer with(SqlServer sql, SqlServer.Database found, String owner, Set<String> extensions) {
        return sql.withDatabase(
                NAME, new SqlServer.Database(found.id(), owner, new TreeSet<>(extensions), found.halfMade()));
    }

    private static void change(State state, Consumer<Step> may, String words, SqlServer after) {
        if (!after.equals(state.world().sql())) {
            may.accept(new Step(
                    Who.FAULT,
                    words,
                    state.with(state.world().with(after)).with(state.budget().lessFaults())));
        }
    }

    Model model(String name) {
        return stage.model(
                name,
                subject,
                calm -> List.of(
                        new DataStays(Owners.condemned(Set.of(PostgresDatabase.class))),
                        new ReadyInTheEnd(subject, world -> false, calm),
                        new QuietWhenReady(),
                        new UsableWhenReady()));
    }
}
