package dev.nuages.core.postgresdatabase;

import dev.nuages.api.DeletionPolicy;
import dev.nuages.api.Nuages;
import dev.nuages.api.PostgresDatabase;
import dev.nuages.api.PostgresDatabaseStatus;
import dev.nuages.api.PostgresServer;
import dev.nuages.core.Conditions;
import dev.nuages.core.Confirmation;
import dev.nuages.core.Effect;
import dev.nuages.core.Kind;
import dev.nuages.core.Lookup;
import dev.nuages.core.ObjectRef;
import dev.nuages.core.Ownership;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.PercentEncoding;
import dev.nuages.core.Plan;
import dev.nuages.core.PostgresAddress;
import dev.nuages.core.Secrets;
import dev.nuages.core.SqlCommand;
import dev.nuages.core.Upkeep;
import dev.nuages.core.postgresdatabase.DatabaseProbe.Answered;
import dev.nuages.core.postgresdatabase.DatabaseProbe.Unreachable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database: its owner role with a generated password, itself, its extensions, and the Secret that leads to it. */
public final class PostgresDatabases
        implements Kind<PostgresDatabase, PostgresDatabaseStatus, PostgresDatabaseObserved> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    /** Nothing tells us when somebody drops a role or takes an extension away: we look. */
    private static final Duration LOOK_AT_READY = Duration.ofMinutes(5);

    /** The name cannot be changed. */
    private static final String OTHERWISE =
            ": drop it there if nobody needs it, or delete this object, for an application's"
                    + " database the DjangoApp, and make it anew with another database name";

    private final DatabaseProbe probe;

    public PostgresDatabases(DatabaseProbe probe) {
        this.probe = probe;
    }

    @Override
    public Class<PostgresDatabase> type() {
        return PostgresDatabase.class;
    }

    @Override
    public List<Class<? extends HasMetadata>> makes() {
        return List.of(Secret.class);
    }

    @Override
    public PostgresDatabaseObserved observe(PostgresDatabase database, Lookup lookup) {
        var namespace = database.getMetadata().getNamespace();
        var server =
                lookup.find(PostgresServer.class, namespace, database.getSpec().server());
        var address = server.flatMap(PostgresDatabases::address);
        var password =
                lookup.find(Secret.class, namespace, passwordRef(database).secret());
        // Somebody else's Secret of that name is noticed, and not used.
        var ours = password.filter(secret -> Ownership.ours(secret, database)).map(secret -> passwordRef(database));
        return new PostgresDatabaseObserved(
                server,
                address,
                password,
                lookup.find(Secret.class, namespace, connectionSecret(database)),
                address.map(at -> probe.ask(at, name(database), name(database), ours)));
    }

    @Override
    public Plan<PostgresDatabaseStatus> plan(PostgresDatabase database, PostgresDatabaseObserved seen, Instant now) {
        if (database.getMetadata().getDeletionTimestamp() != null) {
            return farewell(database, seen, now);
        }
        if (needsFinalizer(database)) {
            var before = before(database);
            return new Plan<>(List.of(), List.of(new Effect.Finalizer(true)), before, Optional.of(LOOK_AGAIN));
        }
        var upkeep = new Upkeep(database, Conditions.isTrue(before(database).conditions(), "Ready", null));
        upkeep.generate(
                Secrets.of(Ownership.generated(database, passwordRef(database).secret(), policy(database)), Map.of()),
                seen.password(),
                Map.of("password", Secrets.PASSWORD_LENGTH));
        var need = next(database, seen, upkeep);
        return new Plan<>(
                upkeep.confirmations(),
                upkeep.effects(),
                status(database, seen, need, now),
                Optional.of(need.ready() ? LOOK_AT_READY : LOOK_AGAIN));
    }

    private record Need(boolean ready, String reason, String message) {}

    private static Need waiting(String reason, String message) {
        return new Need(false, reason, message);
    }

    private static Need taken(Upkeep upkeep) {
        return waiting(
                "NameTaken",
                String.join(", ", upkeep.taken()) + " exists and was not made for this database: rename or delete it");
    }

    private static Need next(PostgresDatabase database, PostgresDatabaseObserved seen, Upkeep upkeep) {
        if (!upkeep.taken().isEmpty()) {
            return taken(upkeep);
        }
        if (seen.server().isEmpty()) {
            return waiting(
                    "ServerMissing",
                    "there is no PostgresServer " + database.getSpec().server());
        }
        if (seen.address().isEmpty()) {
            return serverNotReady(seen.server().get());
        }
        if (seen.password().isEmpty()) {
            return waiting("PasswordMissing", "the owner's password is being generated");
        }
        return switch (seen.answer().orElse(new Unreachable("it was not asked"))) {
            case Unreachable(String why) -> waiting("ServerUnreachable", why);
            case Answered answer -> inside(database, seen, answer, upkeep);
        };
    }

    /** The server's own words: why it is not ready is its matter, and whoever waits for it needs to know. */
    private static Need serverNotReady(PostgresServer server) {
        var what = "PostgresServer " + server.getMetadata().getName();
        return Optional.ofNullable(server.getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "Ready"))
                .filter(ready -> ready.getStatus().equals("False"))
                .map(ready -> waiting(
                        ready.getReason().equals("Starting") ? "ServerStarting" : ready.getReason(),
                        what + ": " + ready.getMessage()))
                .orElse(waiting("ServerStarting", what + " is not ready yet"));
    }

    private static Need inside(
            PostgresDatabase database, PostgresDatabaseObserved seen, Answered answer, Upkeep upkeep) {
        var name = name(database);
        var server = seen.address().orElseThrow();
        if (answer.role().isEmpty()) {
            if (answer.database().isPresent() && before(database).databaseId() == null) {
                return waiting(
                        "DatabaseTaken",
                        "database " + name + " exists on the server and belongs to another" + OTHERWISE);
            }
            upkeep.add(new Effect.RunSql(
                    server, new SqlCommand.CreateRole(name, madeFor(database), passwordRef(database))));
            return waiting("CreatingRole", "creating role " + name);
        }
        var role = answer.role().get();
        if (!role.madeFor().equals(madeFor(database))) {
            return waiting(
                    "RoleTaken", "role " + name + " exists on the server and was not made for this object" + OTHERWISE);
        }
        if (!role.passwordAccepted()) {
            upkeep.add(new Effect.RunSql(server, new SqlCommand.SetPassword(name, passwordRef(database))));
        }
        if (answer.database()
                .filter(found -> !found.halfMade() || !found.owner().equals(name))
                .isEmpty()) {
            upkeep.add(new Effect.RunSql(server, new SqlCommand.CreateDatabase(name, name)));
            return waiting("CreatingDatabase", "creating database " + name);
        }
        var found = answer.database().get();
        if (!found.owner().equals(name)) {
            if (found.halfMade() || !found.id().equals(before(database).databaseId())) {
                return waiting(
                        "DatabaseTaken",
                        "database " + name + " exists on the server and belongs to role " + found.owner() + OTHERWISE);
            }
            upkeep.add(new Effect.RunSql(server, new SqlCommand.SetOwner(name, name)));
        }
        upkeep.keep(connection(database, seen), seen.connection());
        if (!upkeep.taken().isEmpty()) {
            return taken(upkeep);
        }
        // Last, for a server may have been built without one.
        extensions(database).stream()
                .filter(extension -> !found.extensions().contains(extension))
                .sorted()
                .forEach(extension ->
                        upkeep.add(new Effect.RunSql(server, new SqlCommand.CreateExtension(name, extension))));
        return upkeep.effects().isEmpty()
                ? new Need(true, "Usable", "the database can be used")
                : waiting("Repairing", "putting database " + name + " right");
    }

    private Plan<PostgresDatabaseStatus> farewell(
            PostgresDatabase database, PostgresDatabaseObserved seen, Instant now) {
        var before = before(database);
        var finalizers =
                Optional.ofNullable(database.getMetadata().getFinalizers()).orElse(List.of());
        if (!finalizers.contains(Nuages.FINALIZER)) {
            return new Plan<>(List.of(), List.of(), before, Optional.empty());
        }
        var done = new Plan<>(List.of(), List.of(new Effect.Finalizer(false)), before, Optional.<Duration>empty());
        // A server that goes takes its databases with it.
        var serverGoes = seen.server()
                .filter(server -> server.getMetadata().getDeletionTimestamp() == null)
                .isEmpty();
        if (serverGoes || policy(database) == DeletionPolicy.Retain) {
            return done;
        }
        if (!(seen.answer().orElse(null) instanceof Answered answer)) {
            var need = next(database, seen, new Upkeep(database, false));
            var heldUp = waiting(
                    need.reason(),
                    "cannot be deleted yet: " + need.message()
                            + " (with deletionPolicy: Retain it goes, and the database stays)");
            return new Plan<>(List.of(), List.of(), status(database, seen, heldUp, now), Optional.of(LOOK_AGAIN));
        }
        var server = seen.address().orElseThrow();
        var name = name(database);
        var ours = answer.role()
                .filter(role -> role.madeFor().equals(madeFor(database)))
                .isPresent();
        if (!ours) {
            return done;
        }
        SqlCommand command = answer.database()
                .filter(found -> found.owner().equals(name))
                .<SqlCommand>map(found -> new SqlCommand.DropDatabase(name, found.id()))
                .orElse(new SqlCommand.DropRole(name));
        // One that an old view still shows may have gone, and another of its name own the database by now.
        var asRead = new Confirmation.Unchanged(
                ObjectRef.of(database), database.getMetadata().getResourceVersion());
        return new Plan<>(
                List.of(asRead),
                List.of(new Effect.RunSql(server, command)),
                before,
                Optional.of(Duration.ofSeconds(1)));
    }

    private static boolean needsFinalizer(PostgresDatabase database) {
        var finalizers =
                Optional.ofNullable(database.getMetadata().getFinalizers()).orElse(List.of());
        return policy(database) == DeletionPolicy.Delete && !finalizers.contains(Nuages.FINALIZER);
    }

    private static PostgresDatabaseStatus status(
            PostgresDatabase database, PostgresDatabaseObserved seen, Need need, Instant now) {
        var generation = database.getMetadata().getGeneration();
        var conditions = new Conditions(before(database).conditions(), generation, now)
                .set("Ready", need.ready(), need.reason(), need.message());
        // Only what was usable is known as ours: another database under the name must not be taken for it.
        var id = need.ready()
                ? seen.answer()
                        .filter(Answered.class::isInstance)
                        .map(Answered.class::cast)
                        .flatMap(Answered::database)
                        .map(DatabaseProbe.Database::id)
                        .orElse(null)
                : before(database).databaseId();
        var maxConnections = seen.answer()
                .filter(Answered.class::isInstance)
                .map(answer -> ((Answered) answer).maxConnections())
                .orElse(before(database).maxConnections());
        return new PostgresDatabaseStatus(
                name(database), id, connectionSecret(database), maxConnections, generation, conditions.list());
    }

    private static Secret connection(PostgresDatabase database, PostgresDatabaseObserved seen) {
        var server = seen.address().orElseThrow();
        var password = seen.password()
                .flatMap(secret -> Secrets.text(secret, passwordRef(database).key()))
                .orElse("");
        var name = name(database);
        var texts = new LinkedHashMap<String, String>();
        texts.put("host", server.host());
        texts.put("port", String.valueOf(server.port()));
        texts.put("dbname", name);
        texts.put("username", name);
        texts.put("password", password);
        // A database's name is of letters, digits and '_' alone; a password is what somebody may have put into its
        // Secret.
        texts.put(
                "url",
                "postgres://" + name + ":" + PercentEncoding.of(password) + "@" + server.host() + ":" + server.port()
                        + "/" + name);
        return Secrets.of(Ownership.owned(database, connectionSecret(database), Map.of()), texts);
    }

    private static Optional<PostgresAddress> address(PostgresServer server) {
        var status = server.getStatus();
        if (status == null
                || status.host() == null
                || status.port() == null
                || status.adminSecret() == null
                || !Conditions.isTrue(status.conditions(), "Ready", null)) {
            return Optional.empty();
        }
        return Optional.of(new PostgresAddress(
                status.host(), status.port(), server.getMetadata().getNamespace(), status.adminSecret()));
    }

    private static PostgresDatabaseStatus before(PostgresDatabase database) {
        return Optional.ofNullable(database.getStatus()).orElse(PostgresDatabaseStatus.EMPTY);
    }

    private static String name(PostgresDatabase database) {
        return Optional.ofNullable(database.getSpec().database())
                .orElse(database.getMetadata().getName().replace('-', '_'));
    }

    private static String madeFor(PostgresDatabase database) {
        return "made by Nuages for PostgresDatabase " + database.getMetadata().getNamespace() + "/"
                + database.getMetadata().getName();
    }

    private static List<String> extensions(PostgresDatabase database) {
        return Optional.ofNullable(database.getSpec().extensions()).orElse(List.of());
    }

    private static DeletionPolicy policy(PostgresDatabase database) {
        return Optional.ofNullable(database.getSpec().deletionPolicy()).orElse(DeletionPolicy.Retain);
    }

    private static PasswordRef passwordRef(PostgresDatabase database) {
        return new PasswordRef(
                database.getMetadata().getNamespace(),
                database.getMetadata().getName() + "-database-password",
                "password");
    }

    private static String connectionSecret(PostgresDatabase database) {
        return database.getMetadata().getName() + "-database";
    }
}
