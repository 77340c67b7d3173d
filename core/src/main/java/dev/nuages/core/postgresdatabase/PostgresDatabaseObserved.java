package dev.nuages.core.postgresdatabase;

import dev.nuages.api.PostgresServer;
import dev.nuages.core.PostgresAddress;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/**
 * All that matters to a PostgresDatabase.
 *
 * @param server the PostgresServer, where there is one of this name
 * @param address where to reach it, once it is ready
 * @param password the Secret with the generated password of the database's owner
 * @param connection the Secret that says how to reach the database
 * @param answer what the server holds; empty where it was not asked, for it is not ready
 */
public record PostgresDatabaseObserved(
        Optional<PostgresServer> server,
        Optional<PostgresAddress> address,
        Optional<Secret> password,
        Optional<Secret> connection,
        Optional<DatabaseProbe.Answer> answer) {}
