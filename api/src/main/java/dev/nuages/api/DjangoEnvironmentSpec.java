package dev.nuages.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one environment.
 *
 * @param domain applications that name no host answer at {@code NAME.DOMAIN}.
 * @param ingress how the sites are reached from outside.
 * @param postgres where the applications' databases are.
 * @param redis the Redis of applications that ask for one.
 * @param caddy the image that serves static files and the maintenance page, with the contract of Docker's official
 *     {@code caddy}. Default: {@code docker.io/library/caddy:2}.
 * @param broker the default of {@code celery.broker}. Default: RabbitMQ.
 * @param visibilityTimeoutSeconds the default of {@code celery.visibilityTimeoutSeconds}. Default: 3600.
 * @param connections how many connections the database server takes.
 * @param web defaults for the web processes.
 * @param websockets defaults for the processes for websockets.
 * @param channelWorkers defaults for the workers of Django Channels.
 * @param celeryPool defaults for each pool of Celery workers, but for {@code queues}.
 * @param beat defaults for the scheduler of periodic tasks.
 * @param tasks defaults for the management commands on a schedule.
 * @param staticFiles defaults for the static files.
 * @param migrations defaults for the migrations.
 * @param env environment variables for every process of every application; those of the same name that an application sets
 *     by {@code env}, or by {@code secrets} with {@code keys}, take their place. They win over whole Secrets and ConfigMaps.
 * @param pods what the pods of all applications have in common.
 * @param deletionPolicy the default for applications. Default: Retain.
 * @param rabbitmq the RabbitMQ of applications that ask for one.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DjangoEnvironmentSpec(
        @Nullable
        @Size(min = 1, max = 200)
        @ValidationRule(
                value = "self" + Rules.IS_HOST,
                message =
                        "domain is no host name: write it in lower case, without scheme, port or path, such as sites.example.org")
        String domain,

        @Nullable IngressChoice ingress,
        @Required PostgresChoice postgres,
        @Nullable RedisChoice redis,
        @Nullable @Size(min = 1, max = 512) String caddy,
        CelerySpec.@Nullable Broker broker,
        @Nullable @Min(1) @Max(604800) Integer visibilityTimeoutSeconds,
        @Nullable ConnectionsChoice connections,
        @Nullable WebSpec web,
        @Nullable WebsocketsSpec websockets,
        @Nullable ChannelWorkersDefaults channelWorkers,

        @Nullable
        @ValidationRule(
                value = "!has(self.queues)",
                message =
                        "celeryPool.queues is not for all pools: each works on its own, which celery.pools of a DjangoApp"
                                + " names",
                fieldPath = ".queues")
        CeleryPoolSpec celeryPool,

        @Nullable BeatDefaults beat,
        @Nullable TaskDefaults tasks,
        @Nullable StaticFilesSpec staticFiles,
        @Nullable MigrationsSpec migrations,

        @Nullable @Size(max = 200) @ValidationRule(value = Rules.VARIABLES, message = Rules.VARIABLES_MESSAGE)
        List<EnvVar> env,

        @Nullable PodsSpec pods,
        @Nullable DeletionPolicy deletionPolicy,
        @Nullable RabbitmqChoice rabbitmq) {}
