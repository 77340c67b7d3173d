package dev.nuages.operator;

import dev.nuages.api.DjangoApp;
import dev.nuages.api.DjangoAppStatus;
import dev.nuages.api.DjangoEnvironment;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.RabbitmqVhost;
import dev.nuages.api.RedisInstance;
import dev.nuages.api.TolerantReading;
import dev.nuages.core.BrokerAddress;
import dev.nuages.core.Kind;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.Secrets;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import dev.nuages.operator.djangoapp.HttpSiteProbe;
import dev.nuages.operator.postgresdatabase.JdbcDatabaseProbe;
import dev.nuages.operator.postgresdatabase.SqlCommands;
import dev.nuages.operator.rabbitmqvhost.HttpBrokerProbe;
import dev.nuages.operator.rabbitmqvhost.RabbitCommands;
import dev.nuages.operator.sdk.Controllers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a process: watches, health, the lease, and the controllers once it holds that. */
public final class Operator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Operator.class);
    private static final int MISUSED = 2;

    private final InstantSource clock = InstantSource.system();
    private final Configuration configuration;
    private final KubernetesClient client;
    private final List<? extends Kind<?, ?, ?>> kinds;
    private final Caches caches;
    private final OptionalKinds optionalKinds;
    private final Relations relations;
    private final Controllers controllers;
    private final Leadership leadership;
    private final Measures measures;
    private final HttpEndpoints http;
    private volatile boolean working;

    /**
     * @param kinds what to keep, given a way to look into databases and one into RabbitMQs
     * @param toPostgres the way from here to a database server of this address: the address itself inside of the cluster
     * @param toRabbitmq the same for a RabbitMQ
     * @param lost called when another process took the lease: this one must end at once
     */
    Operator(
            Configuration configuration,
            KubernetesClient client,
            BiFunction<DatabaseProbe, BrokerProbe, List<? extends Kind<?, ?, ?>>> kinds,
            UnaryOperator<PostgresAddress> toPostgres,
            UnaryOperator<BrokerAddress> toRabbitmq,
            Runnable lost)
            throws IOException {
        this.configuration = configuration;
        this.leadership = new Leadership(client, configuration, clock, this::work, lost);
        this.client = client;
        this.kinds = kinds.apply(
                new JdbcDatabaseProbe(this::cachedTexts, toPostgres), new HttpBrokerProbe(this::heldTexts, toRabbitmq));
        this.caches = new Caches(client, configuration.watchNamespaces(), watched(this.kinds), this::changed);
        this.optionalKinds = new OptionalKinds(client, caches, optional(this.kinds), this::served);
        this.relations = new Relations(caches, this.kinds);
        this.measures = new Measures(this::mayWrite, this::appsByPhase);
        this.controllers = new Controllers(client, configuration.watchNamespaces());
        var sql = new SqlCommands(this::liveTexts, toPostgres);
        var rabbit = new RabbitCommands(this::liveTexts, toRabbitmq);
        var effects = new Effects(client, configuration.identity(), sql, rabbit, this::mayWrite);
        this.kinds.forEach(kind -> add(kind, client, effects));
        this.http = new HttpEndpoints(
                configuration.httpPort(),
                () -> !configuration.leaderElection() || leadership.alive(),
                caches::synced,
                measures::scrape);
    }

    private <R extends CustomResource<?, S>, S, O> void add(
            Kind<R, S, O> kind, KubernetesClient client, Effects effects) {
        controllers.add(new KindLoop<>(kind, client, caches, effects, measures, clock, this::tell));
    }

    static Set<Class<? extends HasMetadata>> watched(List<? extends Kind<?, ?, ?>> kinds) {
        var types = new LinkedHashSet<Class<? extends HasMetadata>>(List.of(
                DjangoEnvironment.class,
                DjangoApp.class,
                PostgresServer.class,
                PostgresDatabase.class,
                RabbitmqVhost.class,
                RedisInstance.class,
                Secret.class,
                Pod.class));
        kinds.forEach(kind -> {
            types.add(kind.type());
            types.addAll(kind.makes());
        });
        return types;
    }

    private static List<Class<? extends HasMetadata>> optional(List<? extends Kind<?, ?, ?>> kinds) {
        return kinds.stream()
                .<Class<? extends HasMetadata>>flatMap(kind -> kind.makesWhereServed().stream())
                .distinct()
                .toList();
    }

    /** Begins: returns when the caches are filled; work begins when the lease is held. */
    void start() {
        caches.start().join();
        optionalKinds.start();
        log.info("caches are filled");
        if (configuration.leaderElection()) {
            leadership.start();
        } else {
            work();
        }
    }

    private void work() {
        log.info("keeping {} kinds as {}", kinds.size(), configuration.identity());
        controllers.start();
        working = true;
    }

    private boolean mayWrite() {
        return !configuration.leaderElection() || leadership.holds();
    }

    boolean working() {
        return working;
    }

    int httpPort() {
        return http.port();
    }

    private void changed(HasMetadata object) {
        if (working) {
            relations.concernedBy(object).forEach(this::tell);
        }
    }

    /** All objects that may be made into this kind too are looked at again. */
    private void served(Class<? extends HasMetadata> optional) {
        kinds.stream()
                .filter(kind -> working && kind.makesWhereServed().contains(optional))
                .forEach(kind -> caches.list(kind.type())
                        .forEach(object -> controllers.tell(
                                kind.type(),
                                object.getMetadata().getNamespace(),
                                object.getMetadata().getName())));
    }

    private void tell(ObjectRef concerned) {
        controllers.tell(concerned.type(), concerned.namespace(), concerned.name());
    }

    private Optional<Map<String, String>> cachedTexts(String namespace, String secret) {
        return caches.find(Secret.class, namespace, secret).map(Secrets::texts);
    }

    private Optional<Map<String, String>> liveTexts(String namespace, String secret) {
        return Optional.ofNullable(
                        client.secrets().inNamespace(namespace).withName(secret).get())
                .map(Secrets::texts);
    }

    /** A Secret that users wrote does not carry our label, and so is in no cache. */
    private Optional<Map<String, String>> heldTexts(String namespace, String secret) {
        return cachedTexts(namespace, secret).or(() -> liveTexts(namespace, secret));
    }

    private Map<String, Long> appsByPhase() {
        var phases = new TreeMap<String, Long>();
        for (var phase : DjangoAppStatus.Phase.values()) {
            phases.put(phase.name(), 0L);
        }
        caches.list(DjangoApp.class).stream()
                .map(DjangoApp::getStatus)
                .filter(Objects::nonNull)
                .map(DjangoAppStatus::phase)
                .filter(Objects::nonNull)
                .forEach(phase -> phases.merge(phase.name(), 1L, Long::sum));
        return phases;
    }

    /** Ends what is under way, then gives the lease back: its next holder must find nobody else at work. */
    @Override
    public void close() {
        working = false;
        controllers.close();
        leadership.close();
        optionalKinds.close();
        caches.close();
        http.close();
        measures.close();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Configuration configuration;
        try {
            configuration = Configuration.from(System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("nuages-operator: " + e.getMessage());
            System.exit(MISUSED);
            return;
        }
        var client = new KubernetesClientBuilder()
                .withKubernetesSerialization(TolerantReading.serialization())
                .build();
        var operator = new Operator(
                configuration,
                client,
                (databases, brokers) -> Kinds.all(databases, brokers, new HttpSiteProbe()),
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                () -> {
                    log.error("the lease was lost: another process works now, this one ends");
                    Runtime.getRuntime().halt(1);
                });
        Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "shutdown"));
        operator.start();
        new CountDownLatch(1).await();
    }
}
