package dev.nuages.core.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A DjangoApp and its controller, in a world of its own. */
final class AppModel {
    static final String IMAGE = "example/mysite:";
    static final Images IMAGES =
            new Images(Set.of(IMAGE + "1.3-missing"), Set.of(IMAGE + "1.2-broken"), Set.of(IMAGE + "1.4-crashing"));
    static final Set<Class<? extends HasMetadata>> WATCHED =
            Set.of(DjangoApp.class, Job.class, Deployment.class, Secret.class, PostgresDatabase.class, Service.class);

    static final int DRAIN_SECONDS = 120;

    /** Base64 too, and so a value of a Secret as well as of anything else. */
    private static final String MEDDLED = "MEDDLEDx";

    private static final ObjectRef APP = new ObjectRef(DjangoApp.class, "shop", "mysite");
    private static final String ENVIRONMENT = """
            apiVersion: nuages.dev/v1alpha1
            kind: DjangoEnvironment
            metadata: {name: default, namespace: ""}
            spec: {domain: localhost, postgres: {server: shared}, rabbitmq: {local: {}}, redis: {local: {}}}
            """;

    private final Stage stage;
    private final Pool pool;
    private final AppSubject subject;

    /**
     * @param pool may be shared by models that are searched one after the other, as may be {@code planning}
     */
    AppModel(Pool pool, Planning planning) {
        this.pool = pool;
        this.stage = new Stage(pool, IMAGES);
        stage.works(Neighbour.databases(pool, stage.server()));
        stage.works(Neighbour.vhosts(pool, stage.server()));
        stage.works(Neighbour.redises(pool, stage.server()));
        stage.watches(WATCHED);
        var controller = stage.controller(planning);
        this.subject = new AppSubject(pool, IMAGES, world -> controller.plan(world, APP));
    }

    Model model(String name) {
        return stage.model(
                name,
                subject,
                calm -> List.of(
                        new OneMigrationAtOnce(),
                        new MigratedBeforeItRuns(),
                        new OldVersionServes(),
                        new DataStays(Owners.condemned(Set.of(DjangoApp.class))),
                        new ReadyInTheEnd(subject, AppModel::asksForTrouble, calm),
                        new QuietWhenReady(),
                        new AsWrittenWhenReady(),
                        new OneBeatAtOnce(),
                        new StaticFilesStay(),
                        new DrainedBeforeDeleted()));
    }

    /** An environment and an application of version 1.0, of which nobody has heard yet. */
    World created(int replicas, String deletionPolicy) {
        var environment = Serialization.unmarshal(ENVIRONMENT, DjangoEnvironment.class);
        var cluster = stage.server().create(Cluster.EMPTY, environment);
        return World.EMPTY.with(stage.server().create(cluster, app(replicas, deletionPolicy)));
    }

    private static DjangoApp app(int replicas, String deletionPolicy) {
        return Serialization.unmarshal("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoApp
                metadata: {name: mysite, namespace: shop}
                spec:
                  image: example/mysite
                  version: "1.0"
                  settings: mysite.settings
                  web: {replicas: %d}
                  deletionPolicy: %s
                """.formatted(replicas, deletionPolicy), DjangoApp.class);
    }

    /** The same with static files, a pool of Celery's workers and its scheduler. */
    World createdWhole(String broker, String scheduler) {
        var world = created(1, "Retain");
        var app = AppFacts.app(world.cluster()).orElseThrow();
        return world.with(world.cluster().with(pool.edit(app, "whole: " + broker + ", " + scheduler, json -> {
            var spec = json.withObject("/spec");
            spec.putObject("staticFiles");
            var celery = spec.putObject("celery").put("broker", broker);
            celery.withObject("/pools/default").put("drainSeconds", DRAIN_SECONDS);
            celery.withObject("/beat").put("scheduler", scheduler);
        })));
    }

    AppModel asksForScheduler(String scheduler) {
        return asks(
                "scheduler " + scheduler,
                json -> json.withObject("/spec/celery/beat").put("scheduler", scheduler));
    }

    AppModel asksForBroker(String broker) {
        return asks("broker " + broker, json -> json.withObject("/spec/celery").put("broker", broker));
    }

    AppModel asksForNoCelery() {
        return asks("no Celery", json -> json.withObject("/spec").remove("celery"));
    }

    private AppModel asks(String words, Consumer<ObjectNode> change) {
        stage.user().may("asks for " + words, state -> app(state, app -> pool.edit(app, words, change)));
        return this;
    }

    AppModel asks(String version) {
        stage.user().may("asks for version " + version, state -> app(state, app -> subject.version(app, version)));
        return this;
    }

    AppModel asksForRetries() {
        stage.user()
                .may(
                        "asks for a retry",
                        state -> app(
                                state,
                                app -> subject.retry(
                                        app, String.valueOf(state.budget().requests()))));
        return this;
    }

    AppModel asksForReplicas(int replicas) {
        stage.user()
                .may(
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
        stage.user()
                .may(
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
        stage.user()
                .may(
                        "deletes the application",
                        state -> Optional.of(stage.server().delete(state.cluster(), APP)));
        var app = app(1, policy);
        stage.user()
                .may(
                        "creates the application anew",
                        state -> Optional.of(stage.server().create(state.cluster(), app)));
        return this;
    }

    /** Somebody deletes any object that is not the user's own. */
    AppModel anythingIsDeleted() {
        stage.meddler()
                .deletes(o -> !Set.of(DjangoApp.class, DjangoEnvironment.class)
                                .contains(o.ref().type())
                        && !(o.ref().type() == Pod.class && (Pods.ended(o) || o.deleting())));
        return this;
    }

    AppModel isDeleted(Set<Class<? extends HasMetadata>> types) {
        stage.meddler()
                .deletes(o -> types.contains(o.ref().type())
                        && !(o.ref().type() == Pod.class && (Pods.ended(o) || o.deleting())));
        return this;
    }

    /** Somebody scales, sets another image, adds a variable. */
    AppModel deploymentsAreEdited() {
        stage.meddler()
                .edits(
                        "somebody scales to 0",
                        o -> o.ref().type() == Deployment.class,
                        json -> json.withObject("/spec").put("replicas", 0));
        stage.meddler()
                .edits(
                        "somebody sets another image",
                        o -> o.ref().type() == Deployment.class,
                        json -> container(json).put("image", IMAGE + "0.9"));
        stage.meddler().edits("somebody adds a variable", o -> o.ref().type() == Deployment.class, json -> {
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

    /** Somebody edits the rest of what an application is made of: in each object what the site, or the operator, goes by. */
    AppModel anythingIsEdited() {
        edited(
                "somebody leads it elsewhere",
                Service.class,
                json -> json.withObject("/spec/selector").put("app.kubernetes.io/component", "elsewhere"));
        edited(
                "somebody leads it elsewhere",
                Ingress.class,
                json -> ((ObjectNode) json.at("/spec/rules/0/http/paths/0/backend/service")).put("name", "elsewhere"));
        edited(
                "somebody suspends it",
                Job.class,
                json -> json.withObject("/spec").put("suspend", true));
        edited("somebody changes a value and adds another", Secret.class, json -> {
            var data = json.withObject("/data");
            data.put(data.fieldNames().next(), MEDDLED).put("MEDDLED", MEDDLED);
        });
        edited(
                "somebody says it was wanted otherwise",
                HasMetadata.class,
                json -> json.withObject("/metadata/annotations").put(Nuages.WANTED_ANNOTATION, MEDDLED));
        edited(
                "somebody takes it away from its owner",
                HasMetadata.class,
                json -> json.withObject("/metadata").remove("ownerReferences"));
        return this;
    }

    private void edited(String words, Class<? extends HasMetadata> type, Consumer<ObjectNode> change) {
        stage.meddler().edits(words, o -> type.isAssignableFrom(o.ref().type()) && managed(o), change);
    }

    /** Pods are made by what we make, and are not written by us. */
    private static boolean managed(Stored object) {
        var labels = object.object().getMetadata().getLabels();
        return object.ref().type() != Pod.class && labels != null && labels.containsKey(Ownership.MANAGED_BY_LABEL);
    }

    private static ObjectNode container(ObjectNode json) {
        return (ObjectNode) json.at("/spec/template/spec/containers/0");
    }

    /** Migrations fail though their image is good, pods are evicted, and nodes are lost. */
    AppModel machinesBreak() {
        stage.meddler()
                .befalls(
                        "fails",
                        JobController::works,
                        json -> Kubelet.end(json, "Failed", "OperationalError: the server closed the connection"));
        stage.meddler().befalls("is evicted", JobController::works, JobController::evict);
        stage.meddler()
                .befalls(
                        "is lost with its node",
                        o -> o.ref().type() == Pod.class && o.deleting() && !Pods.lost(o),
                        json -> json.withObject("/metadata").put("deletionTimestamp", Pods.OVERDUE));
        return this;
    }

    AppModel databaseIsLost() {
        stage.meddler()
                .edits(
                        "the database is lost, and made anew",
                        o -> o.ref().type() == PostgresDatabase.class,
                        json -> json.withObject("/metadata/annotations").put(Neighbour.ID_ANNOTATION, "database-2"));
        return this;
    }

    AppModel watching(Set<Class<? extends HasMetadata>> types) {
        stage.watches(types);
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
}
