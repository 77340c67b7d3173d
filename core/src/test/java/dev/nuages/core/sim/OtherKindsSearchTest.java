package dev.nuages.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nuages.core.postgresdatabase.PostgresDatabases;
import dev.nuages.core.postgresserver.PostgresServers;
import dev.nuages.core.redisinstance.RedisInstances;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

class OtherKindsSearchTest {
    static final int LIMIT = Integer.getInteger("limit", 4_000);

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void postgresServers() {
        var pool = new Pool();
        var planning = new Planner<>(probes -> new PostgresServers(), Stage.NOW);
        server(() -> ServerModel.postgres(pool, planning), "PostgresServer");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void redisInstances() {
        var pool = new Pool();
        var planning = new Planner<>(probes -> new RedisInstances(), Stage.NOW);
        server(() -> ServerModel.redis(pool, planning), "RedisInstance");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void postgresDatabases() {
        var pool = new Pool();
        var database = new DatabaseModel(pool, new Planner<>(PostgresDatabases::new, Stage.NOW));
        for (var policy : List.of("Retain", "Delete")) {
            var model = database.model("PostgresDatabase, " + policy);
            search(model, model.start(database.created(World.EMPTY, policy), new Budget(2, 1, 1, 0)));
            var leaders = database.model("PostgresDatabase and two leaders, " + policy);
            search(leaders, leaders.start(database.created(World.EMPTY, policy), new Budget(2, 0, 0, 1)));
        }
    }

    private static void server(Supplier<ServerModel<?>> server, String kind) {
        for (var policy : List.of("Retain", "Delete")) {
            var changing = server.get().changing();
            var model = changing.model(kind + ", " + policy);
            search(model, model.start(changing.created(World.EMPTY, policy), new Budget(2, 1, 1, 0)));
            var steady = server.get();
            var leaders = steady.model(kind + " and two leaders, " + policy);
            search(leaders, leaders.start(steady.created(World.EMPTY, policy), new Budget(2, 0, 0, 1)));
            var old = steady.model(kind + " and two old caches, " + policy);
            search(old, old.start(steady.created(World.EMPTY, policy), new Budget(0, 1, 2, 0)));
        }
    }

    private static void search(Model model, State start) {
        var found = new Search(model).from(start, LIMIT);
        System.out.println(found.size());
        found.wrong().ifPresent(System.out::println);
        assertThat(found.wrong()).isEqualTo(Optional.empty());
    }
}
