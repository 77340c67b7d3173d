package dev.nuages.core.sim;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.core.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A DjangoApp and its controller, in a world of its own. */
final class AppModel {
    static final String IMAGE = "example/mysite:";
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final Images IMAGES =
            new Images(Set.of(IMAGE + "1.3-missing"), Set.of(IMAGE + "1.2-broken"), Set.of(IMAGE + "1.4-crashing"));
    static final Set<Class<? extends HasMetadata>> WATCHED =
            Set.of(DjangoApp.class, Job.class, Deployment.class, Secret.class, PostgresDatabase.class, Service.class);

    private static final ObjectRef APP = new ObjectRef(DjangoApp.class, "shop", "mysite");
    private static final String ENVIRONMENT = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoEnvironment
            metadata: {name: default, namespace: ""}
            spec: {domain: localhost, postgres: {server: shared}}
            """;

    private final Pool pool;
    private final ApiServer server;
    private final Kubernetes kubernetes;
    private final Controller controller;
    private final AppSubject subject;
    private final User user = new User();
    private final Meddler meddler;
    private final List<Actor> meddling = new ArrayList<>();
    private Set<Class<? extends HasMetadata>> watched = WATCHED;

    /**
     * @param pool may be shared by models that are searched one after the other, as may be {@code planning}
     */
    AppModel(Pool pool, Planning planning) {
        this.pool = pool;
        this.server = new ApiServer(pool);
        this.kubernetes = new Kubernetes(pool, IMAGES);
        this.controller = new Controller(planning, server);
        this.subject = new AppSubject(pool, IMAGES, world -> controller.plan(world, APP));
        this.meddler = new Meddler(pool, server);
    }

    Model model(String name) {
        var working = List.<Actor>of(
                (state, may) -> kubernetes
                        .moves(state.cluster())
                        .forEach(move -> may.accept(new Step(
                                move.by() == Kubernetes.By.WORKLOADS ? Who.WORKLOADS : Who.GARBAGE_COLLECTION,
                                move.words(),
                                state.with(move.after())))),
                new DatabaseNeighbour(pool, server));
        var others = new ArrayList<>(meddling);
        others.addAll(List.of(controller::actByOldCaches, controller::crash, controller::handOver, meddler, user));
        var properties = new ArrayList<Property<?>>();
        var model = new Model(name, subject, List.of(controller), working, others, properties, watched);
        var calm = new Calm(model, true);
        properties.addAll(List.of(
                new OneMigrationAtOnce(),
                new MigratedBeforeItRuns(),
                new OldVersionServes(),
                new DataStays(AppModel::condemned),
                new ReadyInTheEnd(subject, AppModel::asksForTrouble, calm::from),
                new QuietWhenReady()));
        return model;
    }

    /** An environment and an application of version 1.0, of which nobody has heard yet. */
    World created(int replicas, String deletionPolicy) {
        var environment = Serialization.unmarshal(ENVIRONMENT, DjangoEnvironment.class);
        return World.EMPTY.with(create(server.create(Cluster.EMPTY, environment), replicas, deletionPolicy));
    }

    private Cluster create(Cluster cluster, int replicas, String deletionPolicy) {
        return server.create(
                cluster, Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: shop}
                spec:
                  image: example/mysite
                  version: "1.0"
                  settings: mysite.settings
                  web: {replicas: %d}
                  deletionPolicy: %s
                """.formatted(replicas, deletionPolicy), DjangoApp.class));
    }

    AppModel asks(String version) {
        user.may("asks for version " + version, state -> app(state, app -> subject.version(app, version)));
        return this;
    }

    AppModel asksForRetries() {
        user.may(
                "asks for a retry",
                state -> app(
                        state,
                        app -> subject.retry(app, String.valueOf(state.budget().requests()))));
        return this;
    }

    AppModel asksForReplicas(int replicas) {
        user.may(
                "asks for " + replicas + " replicas",
                state -> app(
                        state,
                        app -> pool.edit(
                                app,
                                "replicas " + replicas,
                                json -> json.withObject("/spec/web").put("replicas", replicas))));
        return this;
    }

    AppModel asksForPolicy(String policy) {
        user.may(
                "asks for deletionPolicy " + policy,
                state -> app(
                        state,
                        app -> pool.edit(
                                app,
                                "policy " + policy,
                                json -> json.withObject("/spec").put("deletionPolicy", policy))));
        return this;
    }

    AppModel deletesAndCreates(String policy) {
        user.may("deletes the application", state -> Optional.of(server.delete(state.cluster(), APP)));
        user.may("creates the application anew", state -> Optional.of(create(state.cluster(), 1, policy)));
        return this;
    }

    /** Somebody deletes any object that is not the user's own. */
    AppModel anythingIsDeleted() {
        meddler.deletes(o -> !Set.of(DjangoApp.class, DjangoEnvironment.class)
                        .contains(o.ref().type())
                && !(o.ref().type() == Pod.class && (Pods.ended(o) || o.deleting())));
        return this;
    }

    AppModel isDeleted(Set<Class<? extends HasMetadata>> types) {
        meddler.deletes(o ->
                types.contains(o.ref().type()) && !(o.ref().type() == Pod.class && (Pods.ended(o) || o.deleting())));
        return this;
    }

    /** Somebody scales, sets another image, adds a variable. */
    AppModel deploymentsAreEdited() {
        meddler.edits(
                "somebody scales to 0",
                o -> o.ref().type() == Deployment.class,
                json -> json.withObject("/spec").put("replicas", 0));
        meddler.edits(
                "somebody sets another image",
                o -> o.ref().type() == Deployment.class,
                json -> container(json).put("image", IMAGE + "0.9"));
        meddler.edits("somebody adds a variable", o -> o.ref().type() == Deployment.class, json -> {
            if (!json.toString().contains("MEDDLED")) {
                container(json)
                        .withArray("/env")
                        .addObject()
                        .put("name", "MEDDLED")
                        .put("value", "1");
            }
        });
        return this;
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode container(
            com.fasterxml.jackson.databind.node.ObjectNode json) {
        return (com.fasterxml.jackson.databind.node.ObjectNode) json.at("/spec/template/spec/containers/0");
    }

    /** Migrations fail though their image is good, pods are evicted, and nodes are lost. */
    AppModel machinesBreak() {
        meddler.befalls(
                "fails",
                JobController::works,
                json -> Kubelet.end(json, "Failed", "OperationalError: the server closed the connection"),
                kubernetes);
        meddler.befalls("is evicted", JobController::works, JobController::evict, kubernetes);
        meddler.befalls(
                "is lost with its node",
                o -> o.ref().type() == Pod.class && o.deleting() && !Pods.lost(o),
                json -> json.withObject("/metadata").put("deletionTimestamp", Pods.OVERDUE),
                kubernetes);
        return this;
    }

    AppModel databaseIsLost() {
        meddler.edits(
                "the database is lost, and made anew",
                o -> o.ref().type() == PostgresDatabase.class,
                json -> json.withObject("/metadata/annotations").put(DatabaseNeighbour.ID_ANNOTATION, "database-2"));
        return this;
    }

    AppModel watching(Set<Class<? extends HasMetadata>> types) {
        this.watched = types;
        return this;
    }

    private Optional<Cluster> app(State state, UnaryOperator<Stored> change) {
        return AppFacts.app(state.cluster()).map(app -> state.cluster().with(change.apply(app)));
    }

    private static boolean asksForTrouble(World world) {
        return AppFacts.wanted(world.cluster())
                .filter(image -> IMAGES.missing().contains(image)
                        || IMAGES.broken().contains(image)
                        || IMAGES.crashing().contains(image))
                .isPresent();
    }

    private static SortedSet<String> condemned(World world) {
        var uids = new TreeSet<String>();
        AppFacts.app(world.cluster())
                .filter(app -> app.json().at("/spec/deletionPolicy").asText().equals("Delete")
                        || app.json().at("/status/observedGeneration").asLong()
                                != app.json().at("/metadata/generation").asLong())
                .ifPresent(app -> uids.add(app.uid()));
        return uids;
    }
}
