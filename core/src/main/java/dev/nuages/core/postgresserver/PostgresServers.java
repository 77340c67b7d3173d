package dev.nuages.core.postgresserver;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.LocalPostgres;
import dev.nuages.api.PostgresServer;
import dev.nuages.api.PostgresServerStatus;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Containers;
import dev.nuages.core.Kind;
import dev.nuages.core.LocalServer;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.Plan;
import dev.nuages.core.PodTrouble;
import dev.nuages.core.Secrets;
import dev.nuages.core.Upkeep;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A PostgreSQL server: its administrator's password, its StatefulSet with a volume, and its Service. */
public final class PostgresServers implements Kind<PostgresServer, PostgresServerStatus, PostgresServerObserved> {
    public static final int PORT = 5432;
    public static final String USERNAME = "postgres";

    /** The user of Docker's official image, in its Debian variant. */
    private static final long USER_ID = 999;

    private static final String PASSWORD_FOLDER = "/etc/nuages/admin";
    private static final String DATA_FOLDER = "/var/lib/postgresql/data";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** Where the processes of a parallel query meet: the 64 MiB that containers have are soon too few. Counts as its memory. */
    private static final Volume SHARED_MEMORY = new VolumeBuilder()
            .withName("shared-memory")
            .withNewEmptyDir()
            .withMedium("Memory")
            .endEmptyDir()
            .build();

    @Override
    public Class<PostgresServer> type() {
        return PostgresServer.class;
    }

    @Override
    public List<Class<? extends HasMetadata>> makes() {
        return List.of(Secret.class, Service.class, StatefulSet.class, PersistentVolumeClaim.class);
    }

    @Override
    public PostgresServerObserved observe(PostgresServer server, Lookup lookup) {
        var namespace = server.getMetadata().getNamespace();
        var local = local(server);
        var statefulSet = lookup.find(StatefulSet.class, namespace, local.name());
        return new PostgresServerObserved(
                lookup.find(Secret.class, namespace, adminSecret(server)),
                lookup.find(Service.class, namespace, local.name()),
                statefulSet,
                lookup.find(PersistentVolumeClaim.class, namespace, local.claimName()),
                local.pod(lookup),
                statefulSet.flatMap(set -> PodTrouble.refused(set, lookup)));
    }

    @Override
    public Plan<PostgresServerStatus> plan(PostgresServer server, PostgresServerObserved seen, Instant now) {
        var before = Optional.ofNullable(server.getStatus()).orElse(PostgresServerStatus.EMPTY);
        if (server.getMetadata().getDeletionTimestamp() != null) {
            return new Plan<>(List.of(), List.of(), before, Optional.empty());
        }
        var upkeep = new Upkeep(server, Conditions.isTrue(before.conditions(), "Ready", null));
        var lost = seen.admin().isEmpty()
                && (seen.volume().isPresent() || seen.statefulSet().isPresent());
        if (!lost) {
            upkeep.generate(
                    Secrets.of(Ownership.generated(server, adminSecret(server), policy(server)), Map.of()),
                    seen.admin(),
                    Map.of("password", Secrets.PASSWORD_LENGTH));
        }
        if (!lost && seen.admin().isEmpty()) {
            // Caches that have not heard of the volume yet must not lead to a password that does not open it.
            var namespace = server.getMetadata().getNamespace();
            upkeep.confirm(new Confirmation.Absent(new ObjectRef(
                    PersistentVolumeClaim.class, namespace, local(server).claimName())));
            upkeep.confirm(new Confirmation.Absent(
                    new ObjectRef(StatefulSet.class, namespace, local(server).name())));
        }
        upkeep.keep(local(server).service(), seen.service());
        // Made before its Secret is there to stay, a server would be what later plans take for proof that one was lost.
        var has = seen.admin().filter(secret -> Ownership.ours(secret, server)).isPresent();
        var up = (has || seen.statefulSet().isPresent())
                && upkeep.keep(statefulSet(server), seen.statefulSet())
                && seen.statefulSet().filter(LocalServer::ready).isPresent();
        var readiness = readiness(server, seen, lost, up, upkeep);
        var conditions = new Conditions(
                        before.conditions(), server.getMetadata().getGeneration(), now)
                .set("Ready", readiness.ready(), readiness.reason(), readiness.message());
        var status = new PostgresServerStatus(
                local(server).name() + "." + server.getMetadata().getNamespace() + ".svc",
                PORT,
                adminSecret(server),
                server.getMetadata().getGeneration(),
                conditions.list());
        return new Plan<>(
                upkeep.confirmations(),
                upkeep.effects(),
                status,
                readiness.ready() || stopped(server) ? Optional.empty() : Optional.of(LOOK_AGAIN));
    }

    private record Readiness(boolean ready, String reason, String message) {}

    private static Readiness readiness(
            PostgresServer server, PostgresServerObserved seen, boolean lost, boolean up, Upkeep upkeep) {
        if (!upkeep.taken().isEmpty()) {
            return new Readiness(
                    false,
                    "NameTaken",
                    String.join(", ", upkeep.taken())
                            + " exists and was not made for this server: rename or delete it");
        }
        if (lost) {
            return new Readiness(
                    false,
                    "AdminSecretLost",
                    "Secret " + adminSecret(server) + " is gone, but the volume "
                            + local(server).claimName()
                            + " still has its password: put the Secret back, see docs/lost-secrets.md");
        }
        if (seen.admin().isEmpty()) {
            return new Readiness(false, "Starting", "the administrator's password is being generated");
        }
        if (stopped(server)) {
            return new Readiness(false, "Stopped", LocalServer.STOPPED);
        }
        if (!up) {
            return new Readiness(false, "Starting", local(server).waiting(seen.pod(), seen.refused()));
        }
        return new Readiness(true, "Answering", "the server answers");
    }

    private static LocalServer local(PostgresServer server) {
        return new LocalServer(server, server.getMetadata().getName() + "-postgres", "postgres", PORT, USER_ID);
    }

    private static String adminSecret(PostgresServer server) {
        return server.getMetadata().getName() + "-postgres-admin";
    }

    private static boolean stopped(PostgresServer server) {
        return Boolean.TRUE.equals(server.getSpec().stopped());
    }

    private static DeletionPolicy policy(PostgresServer server) {
        return Optional.ofNullable(server.getSpec().deletionPolicy()).orElse(DeletionPolicy.Retain);
    }

    private static StatefulSet statefulSet(PostgresServer server) {
        var spec = Optional.ofNullable(server.getSpec().local()).orElse(LocalPostgres.EMPTY);
        var storage = new LocalServer.Storage(
                Optional.ofNullable(spec.storage()).orElse(new Quantity("1Gi")),
                spec.storageClassName(),
                policy(server));
        List<Volume> volumes = List.of(
                Containers.secretVolume("admin", adminSecret(server)),
                Containers.emptyDir("run"),
                Containers.emptyDir("tmp"),
                SHARED_MEMORY);
        return local(server)
                .statefulSet(container(spec), volumes, "-", stopped(server), Optional.of(storage), spec.pods());
    }

    private static Container container(LocalPostgres spec) {
        return new ContainerBuilder()
                .withName("postgres")
                .withImage(Optional.ofNullable(spec.image()).orElse(LocalPostgres.DEFAULT_IMAGE))
                .withArgs(arguments(spec))
                .withEnv(
                        new EnvVar("POSTGRES_USER", USERNAME, null),
                        new EnvVar("POSTGRES_PASSWORD_FILE", PASSWORD_FOLDER + "/password", null),
                        new EnvVar("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --data-checksums", null),
                        new EnvVar("PGDATA", DATA_FOLDER + "/pgdata", null))
                .addNewPort()
                .withName("postgres")
                .withContainerPort(PORT)
                .endPort()
                .withResources(Optional.ofNullable(spec.resources()).orElse(Containers.requests("100m", "128Mi")))
                .withSecurityContext(Containers.restricted())
                // While the image initializes the data, its server listens on no address: not ready yet.
                .withStartupProbe(isReady(1, LocalServer.STARTS_WITHIN_SECONDS))
                .withReadinessProbe(Containers.takesConnections("postgres"))
                // The kernel takes a connection for a server that hangs; this needs an answer.
                .withLivenessProbe(isReady(30, 4))
                .withVolumeMounts(
                        Containers.mount("admin", PASSWORD_FOLDER),
                        Containers.mount(LocalServer.DATA, DATA_FOLDER),
                        Containers.mount("run", "/var/run/postgresql"),
                        Containers.mount("tmp", "/tmp"),
                        Containers.mount(SHARED_MEMORY.getName(), "/dev/shm"))
                .build();
    }

    /** None where nothing is asked for: the image's own command holds then. */
    private static List<String> arguments(LocalPostgres spec) {
        return Optional.ofNullable(spec.maxConnections())
                .map(max -> List.of("postgres", "-c", "max_connections=" + max))
                .orElse(List.of());
    }

    private static Probe isReady(int everySeconds, int failures) {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand("pg_isready", "--quiet", "--host=127.0.0.1", "--username=" + USERNAME)
                .endExec()
                .withPeriodSeconds(everySeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }
}
