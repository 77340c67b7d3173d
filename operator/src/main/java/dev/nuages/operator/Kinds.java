package dev.nuages.operator;

import dev.nuages.core.Kind;
import dev.nuages.core.djangoapp.DjangoApps;
import dev.nuages.core.djangoapp.SiteProbe;
import dev.nuages.core.postgresdatabase.DatabaseProbe;
import dev.nuages.core.postgresdatabase.PostgresDatabases;
import dev.nuages.core.postgresserver.PostgresServers;
import dev.nuages.core.rabbitmqvhost.BrokerProbe;
import dev.nuages.core.rabbitmqvhost.RabbitmqVhosts;
import dev.nuages.core.redisinstance.RedisInstances;
import java.util.List;

/** All kinds that the operator keeps. */
final class Kinds {
    private Kinds() {}

    static List<Kind<?, ?, ?>> all(DatabaseProbe databases, BrokerProbe brokers, SiteProbe sites) {
        return List.of(
                new DjangoApps(sites),
                new PostgresServers(),
                new PostgresDatabases(databases),
                new RedisInstances(),
                new RabbitmqVhosts(brokers));
    }
}
