package dev.nuages.core.sim;

import dev.nuages.api.PostgresDatabase;
import dev.nuages.core.postgresdatabase.PostgresDatabases;
import dev.nuages.core.postgresserver.PostgresServerObserved;
import dev.nuages.core.postgresserver.PostgresServers;
import dev.nuages.core.sim.Mutant.Fault;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** As {@link DjangoAppMutationTest}, for the kinds that an application asks for. */
class OtherKindsMutationTest {
    private static final Pool POOL = new Pool();

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> servers() {
        return Stream.of(
                DynamicTest.dynamicTest("a database is said to be ready without its extensions", () -> {
                    var database = new DatabaseModel(
                            POOL,
                            Mutant.planning(
                                    PostgresDatabases::new,
                                    Fault.misreads(object -> Mutant.changed(
                                            PostgresDatabase.class,
                                            object,
                                            json -> json.withObject("/spec").remove("extensions")))));
                    var model = database.model("no extensions").only(UsableWhenReady.class);
                    Mutant.isFound(
                            model,
                            model.start(database.created(World.EMPTY, "Retain"), Budget.NONE),
                            "the database is not as it should be");
                }),
                DynamicTest.dynamicTest("a lost password is generated anew for a volume that there is", () -> {
                    var server = ServerModel.postgres(
                            POOL,
                            Mutant.planning(
                                    probes -> new PostgresServers(),
                                    (right, object, seen) ->
                                            Mutant.unconfirmed(right.plan(object, unused(seen), Stage.NOW))));
                    var model = server.model("a new password").only(PasswordOpensVolume.class);
                    Mutant.isFound(
                            model,
                            model.start(server.created(World.EMPTY, "Retain"), new Budget(0, 1, 0, 0)),
                            "does not open");
                }));
    }

    private static PostgresServerObserved unused(PostgresServerObserved seen) {
        return seen.admin().isPresent()
                ? seen
                : new PostgresServerObserved(
                        seen.admin(),
                        seen.service(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }
}
