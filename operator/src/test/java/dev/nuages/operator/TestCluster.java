package dev.nuages.operator;

import ch.qos.logback.classic.Logger;
import dev.nuages.api.TolerantReading;
import dev.nuages.local.ControlPlane;
import dev.nuages.operator.postgresdatabase.PostgresProcess;
import dev.nuages.operator.rabbitmqvhost.RabbitmqProcess;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * A real API server with our kinds and the chart's rights in it, started once for all tests of a run. No kubelet runs,
 * nor a controller but perhaps one: a test plays them ({@link Cast}).
 */
public final class TestCluster implements BeforeAllCallback {
    static final String OPERATOR_NAMESPACE = "nuages-system";

    /** Held by each class of tests whose operators ask for the lease. */
    static final String LEASE = "lease";

    private static final Path CHART = Path.of("../charts/nuages");

    /** What all clients with the operator's rights did, and all that was logged: of the whole run. */
    private static final Rights RIGHTS = new Rights();

    private static final LoggedText LOG = new LoggedText();

    static {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(LOG);
    }

    private final String name;
    private final List<String> controllers;

    private record Started(Path folder, ControlPlane plane, KubernetesClient admin) implements AutoCloseable {
        @Override
        public void close() {
            admin.close();
            plane.close();
            // Its logs stay, for whoever wants to know why a test failed.
            new TemporaryFolder(folder.resolve("etcd")).close();
        }
    }

    private @Nullable ExtensionContext root;
    private @Nullable Started started;

    TestCluster() {
        this("plain", List.of());
    }

    private TestCluster(String name, List<String> controllers) {
        this.name = name;
        this.controllers = controllers;
    }

    /** One in which what has no owner any more goes. */
    static TestCluster withGarbageCollection() {
        return new TestCluster("garbage-collection", List.of("garbage-collector-controller"));
    }

    /** One for the scenarios alone, which put another environment in the place of the default one. */
    static TestCluster ofScenarios() {
        return new TestCluster("scenarios", List.of());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        root = context.getRoot();
        started = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(name, key -> start(), Started.class);
    }

    private Started start() {
        try {
            var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/control-plane")), "run");
            var plane = ControlPlane.start(folder);
            var admin = client(inMemory(Config.fromKubeconfig(plane.kubeconfig().toFile())));
            var cluster = new Started(folder, plane, admin);
            install(admin);
            if (!controllers.isEmpty()) {
                plane.withControllers(controllers.toArray(String[]::new));
            }
            return cluster;
        } catch (IOException e) {
            throw new IllegalStateException("the chart could not be read", e);
        }
    }

    private static void install(KubernetesClient admin) throws IOException {
        newNamespace(admin, OPERATOR_NAMESPACE);
        try (var files = Files.list(CHART.resolve("crds"))) {
            for (var file : files.sorted().toList()) {
                var crd = admin.apiextensions().v1().customResourceDefinitions().load(file.toFile());
                crd.create();
                Eventually.holds("the API server serves " + file.getFileName(), () -> isServed(crd.get()));
            }
        }
        for (var name : List.of("serviceaccount", "clusterrole", "clusterrolebinding", "role", "rolebinding")) {
            admin.resourceList(template(name))
                    .inNamespace(OPERATOR_NAMESPACE)
                    .resources()
                    .forEach(NonDeletingOperation::create);
        }
        createEnvironment(admin);
    }

    /** The environment of all applications that name none. */
    private static void createEnvironment(KubernetesClient admin) {
        admin.resource("""
                apiVersion: nuages.dev/v1alpha1
                kind: DjangoEnvironment
                metadata:
                  name: default
                spec:
                  postgres: {local: {}}
                  redis: {local: {}}
                """).create();
    }

    /** A file of the chart's, as it is for the operator's namespace. */
    static String template(String name) throws IOException {
        return Files.readString(CHART.resolve("templates/" + name + ".yaml"))
                .replace("{{ .Release.Namespace }}", OPERATOR_NAMESPACE);
    }

    static boolean isServed(CustomResourceDefinition crd) {
        return crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Established")
                                && c.getStatus().equals("True"));
    }

    private Started started() {
        return Objects.requireNonNull(started, "register it as a static extension");
    }

    /** A PostgreSQL that stands for every server of the run: names of databases must not meet in it. */
    PostgresProcess postgres() {
        var folder = folder("nuages-postgres");
        return store().computeIfAbsent(PostgresProcess.class, key -> startPostgres(folder), PostgresProcess.class);
    }

    private ExtensionContext.Store store() {
        return Objects.requireNonNull(root, "register it as a static extension")
                .getStore(ExtensionContext.Namespace.GLOBAL);
    }

    /** Made before what runs in it, so that it goes after that has ended. */
    private Path folder(String name) {
        return store().computeIfAbsent(name, TemporaryFolder::make, TemporaryFolder.class)
                .path();
    }

    private static PostgresProcess startPostgres(Path folder) {
        try {
            return PostgresProcess.startTrustingItsAdministrator(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A RabbitMQ for the whole run, whose administrator is that of every scenario. */
    RabbitmqProcess rabbitmq() {
        var folder = folder("nuages-rabbitmq");
        return store().computeIfAbsent(RabbitmqProcess.class, key -> startRabbitmq(folder), RabbitmqProcess.class);
    }

    private static RabbitmqProcess startRabbitmq(Path folder) {
        try {
            return RabbitmqProcess.startPlanned(folder, ScenarioRabbitmq.PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An administrator's client. */
    KubernetesClient admin() {
        return started().admin();
    }

    /** A client with the rights that the chart gives to the operator, and no others. */
    KubernetesClient operator(Interceptor... interceptors) {
        return client(
                operatorConfig(),
                Stream.concat(Stream.of(RIGHTS), Stream.of(interceptors)).toArray(Interceptor[]::new));
    }

    /** How a process with those rights reaches the API server. */
    io.fabric8.kubernetes.api.model.Config operatorKubeconfig() {
        var config = operatorConfig();
        return new io.fabric8.kubernetes.api.model.ConfigBuilder()
                .addNewCluster()
                .withName("test")
                .withNewCluster()
                .withServer(config.getMasterUrl())
                .withCertificateAuthority(config.getCaCertFile())
                .withCertificateAuthorityData(config.getCaCertData())
                .endCluster()
                .endCluster()
                .addNewUser()
                .withName("operator")
                .withNewUser()
                .withToken(config.getOauthToken())
                .endUser()
                .endUser()
                .addNewContext()
                .withName("test")
                .withNewContext()
                .withCluster("test")
                .withUser("operator")
                .endContext()
                .endContext()
                .withCurrentContext("test")
                .build();
    }

    private Config operatorConfig() {
        var token = admin().serviceAccounts()
                .inNamespace(OPERATOR_NAMESPACE)
                .withName("nuages-operator")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build());
        var admin = admin().getConfiguration();
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(started().plane().url())
                .withCaCertData(admin.getCaCertData())
                .withCaCertFile(admin.getCaCertFile())
                .withOauthToken(token.getStatus().getToken())
                .build();
    }

    /** Which rights the clients of {@link #operator} made use of until now. */
    static Rights rights() {
        return RIGHTS;
    }

    /** What was logged until now. */
    static LoggedText log() {
        return LOG;
    }

    void newNamespace(String name) {
        newNamespace(admin(), name);
    }

    private static void newNamespace(KubernetesClient admin, String name) {
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    /**
     * The same with no file behind it. A client without a token that has one reads it anew, in search of a token, before
     * every request that it makes after its first minute.
     */
    private static Config inMemory(Config config) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(config.getMasterUrl())
                .withCaCertData(config.getCaCertData())
                .withCaCertFile(config.getCaCertFile())
                .withClientCertData(config.getClientCertData())
                .withClientCertFile(config.getClientCertFile())
                .withClientKeyData(config.getClientKeyData())
                .withClientKeyFile(config.getClientKeyFile())
                .withClientKeyAlgo(config.getClientKeyAlgo())
                .build();
    }

    private static KubernetesClient client(Config config, Interceptor... interceptors) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(TolerantReading.serialization())
                .withHttpClientBuilderConsumer(http -> {
                    for (var interceptor : interceptors) {
                        http.addOrReplaceInterceptor(interceptor.getClass().getName(), interceptor);
                    }
                })
                .build();
    }
}
